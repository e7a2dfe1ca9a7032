/** The elements of console.html by their `data-part`. tests/unit/ui/console/test_console.py holds this to the page. */
type PageParts = Record<
    "clockProblem" | "console" | "controls" | "cover" | "coverCard" | "coverTitle" | "cross" | "found"
    | "foundCount" | "foundEmptyMark" | "foundEmptyView" | "foundEmptyWhat" | "foundTitle" | "frame" | "handInLeft"
    | "handInSummary" | "head" | "keyNumberRows" | "keyRows" | "marks" | "nearTools" | "outline" | "peek" | "peekTime"
    | "peekWords" | "pending"
    | "pendingDropWords" | "pendingMarkWords" | "pendingPicture" | "pendingRing" | "picture" | "plan" | "planFloors"
    | "planMap" | "playIcon" | "spinner" | "stage" | "stageMessage" | "stageName" | "statusIcon" | "statusText"
    | "tabFoundName" | "tabTools" | "task" | "timeLeft" | "timeNote" | "toast" | "track" | "wall" | "wallMessage"
    | "wallPage" | "wallPageNumber" | "wallPages" | "wallTurn" | "wallVideos",
    HTMLElement
  > &
  Record<
    "backOne" | "backTen" | "coverAction" | "finderClose" | "finderOpen" | "finderTab" | "forwardOne" | "forwardTen"
    | "frameBack" | "frameForward" | "gridOpen" | "handIn" | "handInBack" | "handInNow" | "keysOpen" | "keysReset"
    | "markKey" | "moreOpen" | "moreTab" | "pendingDrop" | "pendingMark" | "planCloser" | "planGrow" | "planWider"
    | "play" | "referenceButton" | "reverse" | "tabFound" | "tabPlan" | "tabWall" | "timelineAll" | "timelineCloser"
    | "timelineWider" | "wallBack" | "wallForward" | "wallLayout" | "wallViews" | "wholePicture",
    HTMLButtonElement
  > &
  Record<
    "announcer" | "coverText" | "crossHelp" | "finderNone" | "foundEmpty" | "handInSure" | "handInWait" | "keysSaid"
    | "pendingWords" | "referenceKnown" | "referenceQuestion" | "referenceSides"
    | "referenceWords" | "status" | "taskDescriptor" | "taskKnown" | "taskQuestion" | "timeBox",
    HTMLParagraphElement
  > &
  Record<"clockField" | "finderField" | "notOnCamera" | "singleKeys", HTMLInputElement> &
  Record<"finderSheet" | "handInSheet" | "keysSheet" | "referenceSheet", HTMLDialogElement> &
  Record<"mainCanvas" | "peekPicture" | "standIn" | "trackCanvas", HTMLCanvasElement> &
  Record<"finalZone" | "speed", HTMLSelectElement> &
  Record<"finderList" | "handInMissing", HTMLUListElement> &
  Record<"reference" | "referenceLarge", HTMLImageElement> &
  Record<"finalZoneField", HTMLLabelElement> &
  Record<"foundList", HTMLOListElement> &
  Record<"mainVideo", HTMLVideoElement> &
  Record<"note", HTMLTextAreaElement>;

/** And the list of similar people, which is made where a drill has it. */
type Parts = PageParts & { similar?: HTMLElement };
