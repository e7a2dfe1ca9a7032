import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tools.bench.server.page_request import encode_page_request, is_script_finished


def test_the_page_request_is_what_streamlit_reads() -> None:
    message = BackMsg()
    message.ParseFromString(encode_page_request(query="attempt=" + "x" * 300, page="drill"))
    assert message.rerun_script.query_string == "attempt=" + "x" * 300
    assert message.rerun_script.page_name == "drill"


def test_the_end_of_a_script_is_told_from_what_it_draws() -> None:
    drawn = ForwardMsg(hash="a" * 200)
    ended = ForwardMsg(hash="b", script_finished=ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY)
    drawn.delta.new_element.text.body = "0 " * 300
    assert not is_script_finished(drawn.SerializeToString())
    assert is_script_finished(ended.SerializeToString())


def test_half_a_message_is_refused() -> None:
    with pytest.raises(ValueError, match="ends inside a number"):
        is_script_finished(b"\xff")
