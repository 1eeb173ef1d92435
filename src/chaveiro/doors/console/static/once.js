/* A page that shows something once: another address takes its place in the history, so that nothing brings it back. */
"use strict";

(() => {
  const shown = document.querySelector("[data-once]");
  const wipe = () => {
    for (const place of document.querySelectorAll("[data-wiped]")) place.textContent = "";
  };
  history.replaceState(null, "", shown.dataset.once);
  window.addEventListener("pagehide", wipe);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.replace(shown.dataset.once);
  });
})();
