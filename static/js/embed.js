/* Inside a portal's frame: tells the portal how high the page is, so that the frame can grow to it.
   Nothing private is in the message. Without this script the frame keeps its height and scrolls. */

(() => {
  "use strict";

  if (window.parent === window) return;

  let told = 0;
  const tell = () => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    window.parent.postMessage({ type: "mbc-pages:height", height }, "*");
  };

  new ResizeObserver(tell).observe(document.documentElement);
  window.addEventListener("load", tell);
})();
