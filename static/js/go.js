// Goes on to the identity provider at once; the visible button or link does the same by hand.
(() => {
  "use strict";
  const way = document.querySelector("[data-go]");
  if (way instanceof HTMLFormElement) way.submit();
  else if (way) location.replace(way.href);
})();
