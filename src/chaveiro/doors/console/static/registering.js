/* A pair that is typed in is examined in the page, by the engine of the doctor page, before it is sent anywhere.
 *
 * INVARIANT: neither value is stored or put into an address, and text goes into the page as text. What the engine cannot
 * be asked, the server is: without it the form is sent as it is, and refused there for the same causes.
 */
"use strict";

(() => {
  const form = document.querySelector("[data-register]");
  const place = document.getElementById("causes");
  const exchange = document.getElementById("exchange");
  const button = document.getElementById("show-token");
  const [appKey, token] = [form.elements.app_key, form.elements.app_token];
  let words = null;

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /** A sentence, with what stands between backticks set as code. */
  const said = (text) => text.split("`").map((piece, at) => (at % 2 ? make("code", {}, piece) : piece));

  function told(found) {
    const { title, detail, remedy } = telling.tell(found, words, form.dataset.language);
    const advice = make("p", {}, make("strong", {}, `${place.dataset.remedy}:`), " ", ...said(remedy));
    return make("article", { class: "cause" }, make("h3", {}, title), make("p", {}, ...said(detail)), advice);
  }

  /** What is wrong with the pair as it stands in the two fields; nothing while one is empty, or nobody can tell. */
  function findings() {
    return words && appKey.value && token.value ? chaveiro.examine(appKey.value, token.value) : [];
  }

  function examine() {
    const found = findings();
    for (const field of [appKey, token]) {
      if (found.length) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      const error = document.getElementById(`${field.id}-error`); // the server's, about what was sent before
      if (error) error.hidden = true;
    }
    const shown = make("section", { class: "causes" }, make("h2", {}, place.dataset.heading), ...found.map(told));
    place.replaceChildren(...(found.length ? [shown] : []));
    exchange.hidden = found[0]?.cause !== "fields_swapped";
    return found;
  }

  function cover(covered) {
    token.type = covered ? "password" : "text";
    button.setAttribute("aria-pressed", String(!covered));
    button.textContent = covered ? button.dataset.show : button.dataset.hide;
  }

  function clear() {
    token.value = "";
    cover(true);
  }

  fetch("/doctor/words.json")
    .then((answer) => answer.json())
    .then((read) => (words = read))
    .catch(() => {}); // then the server alone examines

  let waiting = 0;
  for (const field of [appKey, token]) {
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(examine, 400);
    });
  }
  exchange.querySelector("button").addEventListener("click", () => {
    [appKey.value, token.value] = [token.value, appKey.value];
    examine();
    form.elements.label.focus();
  });
  button.addEventListener("click", () => cover(token.type === "text"));
  form.addEventListener("submit", (event) => {
    if (!examine().length) return cover(true); // no browser remembers what stood in a field that hides it
    event.preventDefault();
    place.scrollIntoView({ block: "center" });
    return appKey.focus();
  });
  window.addEventListener("pagehide", clear);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) clear();
  });
  button.hidden = false;
})();
