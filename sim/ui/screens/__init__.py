"""One file a page; Streamlit runs each as a script.

The folder is not called `pages`: Streamlit would take it for scripts of its older kind and draw the first page that is
asked for by its address, such as a drill reloaded after a restart, without `main.py` around it.
"""
