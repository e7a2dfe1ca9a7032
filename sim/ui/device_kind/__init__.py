"""What kind of device a page is open on, told by the page itself."""
