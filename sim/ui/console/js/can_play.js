/** Whether this browser can play footage at all, and what to do where it cannot; the briefing asks before the clock runs. */

/** The kind of clips that recordings hold. */
const CODEC = "avc1.64001f";

export const CANNOT_PLAY = "This browser can't play the footage (H.264).";
export const PLAY_ELSEWHERE = "Use Chrome, Edge or Safari, or install the codec: the Media Feature Pack on Windows, FFmpeg on Linux.";

export async function canDecode() {
  if (!("VideoDecoder" in globalThis) || !("EncodedVideoChunk" in globalThis)) return false;
  try {
    const { supported } = await VideoDecoder.isConfigSupported({ codec: CODEC, codedWidth: 1280, codedHeight: 720 });
    return supported === true;
  } catch {
    return false;
  }
}

export function canPlayVideo() {
  return document.createElement("video").canPlayType(`video/mp4; codecs="${CODEC}"`) !== "";
}

export async function canPlay() {
  return canPlayVideo() || (await canDecode());
}
