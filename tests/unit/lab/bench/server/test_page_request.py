from streamlit.proto.BackMsg_pb2 import BackMsg

from sim.lab.bench.server.page_request import encode_page_request


def test_the_page_request_is_what_streamlit_reads() -> None:
    message = BackMsg()
    message.ParseFromString(encode_page_request(query="attempt=" + "x" * 300, page="drill"))
    assert message.rerun_script.query_string == "attempt=" + "x" * 300
    assert message.rerun_script.page_name == "drill"
