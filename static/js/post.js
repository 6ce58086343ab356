// Sends the one form of the page on to the identity provider; the visible button does the same by hand.
document.querySelector("form[data-post]")?.submit();
