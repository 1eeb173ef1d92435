/* The page itself: takes what is pasted to the examination, and shows what it tells.
 *
 * INVARIANT: nothing here sends, stores or navigates. Text goes into the page as text, never as HTML.
 */
"use strict";

(() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const root = document.documentElement;
  const offline = root.dataset.offline === "yes";
  const one = (selector) => document.querySelector(selector);
  const form = one("#pair");
  const fields = { key: one("#app-key"), token: one("#app-token") };
  const whole = one("#whole");
  const result = one("#result");
  const status = one("#status");
  let language = root.dataset.language;
  let examined = null;

  // --------------------------------------------------------------------------------------------- making elements

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /** A sentence, with what stands between backticks set as code. */
  const said = (text) => text.split("`").map((piece, place) => (place % 2 ? make("code", {}, piece) : piece));
  const shell = (name) => words.languages[language].shell[name];

  // ---------------------------------------------------------------------------------------------------- examining

  function examine() {
    const sent = { key: fields.key.value, token: fields.token.value };
    const parts = ["key", "token"].filter((part) => sent[part]);
    if (!parts.length) {
      examined = null;
      show();
      status.textContent = shell("empty");
      return;
    }
    const readings = Object.fromEntries(parts.map((part) => [part, chaveiro.read(sent[part], part)]));
    const findings = parts.length === 2 ? chaveiro.examine(sent.key, sent.token) : readings[parts[0]].findings;
    examined = { parts, sent, readings, findings };
    show();
    const titles = findings.map((found) => telling.tell(found, words, language).title);
    status.textContent = titles.join(". ") || shell(parts.length === 2 ? "healthy_pair" : "healthy");
  }

  function show() {
    result.replaceChildren();
    result.hidden = !examined;
    if (!examined) return;
    result.append(make("h2", { id: "result-title", tabindex: "-1" }, shell("result")));
    const { parts, findings, readings } = examined;
    if (!findings.length) result.append(healthy(parts, readings));
    for (const part of parts) result.append(rendered(part));
    const list = make("ol", { class: "findings" });
    for (const found of findings) list.append(make("li", {}, told(found)));
    if (findings.length) result.append(list);
  }

  function healthy(parts, readings) {
    const pair = parts.length === 2 ? "healthy_pair" : "healthy";
    const format = readings[parts[0]].format;
    return make("div", { class: "finding healthy" }, make("h3", {}, shell(pair)), make("p", {}, shell(`${pair}_${format}`)));
  }

  function told(found) {
    const { title, detail, remedy } = telling.tell(found, words, language);
    const facts = make(
      "dl", { class: "about" },
      make("div", {}, make("dt", {}, shell("sure")), make("dd", { class: found.confidence }, shell(found.confidence))),
    );
    const card = make(
      "article", { class: "finding" },
      make("h3", {}, title), make("p", {}, ...said(detail)),
      make("h4", {}, shell("remedy")), make("p", {}, ...said(remedy)), facts,
    );
    const base = root.dataset.causes;
    const name = make("code", {}, found.cause);
    const link = base ? make("a", { href: `${base}/${found.cause}?lang=${language}`, rel: "noreferrer" }, shell("about")) : "";
    card.append(make("p", { class: "note" }, link, link ? " · " : "", name));
    return card;
  }

  /** The value with its defects visible and the rest hidden. For screen readers the sentences above say all of it. */
  function rendered(part) {
    const text = examined.sent[part];
    const spoken = words.languages[language];
    const rendering = telling.rendering(text, examined.readings[part]);
    const cells = rendering.map((cell) => {
      const element = make("span", { class: cell.state }, cell.text);
      if (cell.state === "missing") element.title = shell("missing_here");
      if (["wrong", "mark", "missing"].includes(cell.state) && cell.at) element.dataset.at = cell.at;
      return element;
    });
    const length = telling.characters(Array.from(text).length, spoken);
    const caption = make("figcaption", {}, make("strong", {}, words.fields[part].field), " ");
    const hides = rendering.some((cell) => cell.state !== "shown"); // an appKey that is whole is public
    caption.append(make("span", { class: "note" }, hides ? telling.filled(shell("hidden"), { length }) : length));
    return make("figure", { class: "value" }, caption, make("p", { class: "cells", "aria-hidden": "true" }, ...cells));
  }

  // ------------------------------------------------------------------------------------------------------- form

  function cover(button, input, covered) {
    input.classList.toggle("covered", covered);
    button.setAttribute("aria-pressed", String(!covered));
    button.textContent = shell(covered ? "show" : "hide");
  }

  function clear() {
    for (const field of [fields.key, fields.token, whole]) field.value = "";
    examined = null;
    status.textContent = "";
    show();
  }

  function takeOut() {
    if (!whole.value) return;
    const pair = telling.gleaned(whole.value);
    status.textContent = shell(pair ? "whole_taken" : "whole_none");
    if (!pair) return;
    fields.key.value = pair.key || "";
    fields.token.value = pair.token || "";
    whole.value = "";
    examine();
  }

  function speak(chosen) {
    language = chosen;
    root.lang = words.languages[chosen].tag;
    root.dataset.language = chosen;
    document.title = `${shell("title")} · Chaveiro`;
    for (const element of document.querySelectorAll("[data-text]")) {
      element.replaceChildren(...said(shell(element.dataset.text)));
    }
    for (const element of document.querySelectorAll("[data-label]")) {
      element.setAttribute("aria-label", shell(element.dataset.label));
    }
    for (const button of document.querySelectorAll("[data-language]")) {
      if (button === root) continue;
      if (button.dataset.language === chosen) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    cover(one("#show-token"), fields.token, fields.token.classList.contains("covered"));
    status.textContent = "";
    show();
  }

  function answer() {
    if (whole.value) takeOut();
    else examine();
    if (examined) one("#result-title").focus();
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  one("#examine").addEventListener("click", answer);
  for (const field of Object.values(fields)) {
    field.addEventListener("keydown", (event) => { // a line break that was pasted stays, one that is typed is an order
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      answer();
    });
  }
  one("#clear").addEventListener("click", () => {
    clear();
    fields.key.focus();
  });
  one("#show-token").addEventListener("click", () => {
    cover(one("#show-token"), fields.token, !fields.token.classList.contains("covered"));
    fields.token.focus();
  });
  whole.addEventListener("paste", () => setTimeout(takeOut));
  for (const button of document.querySelectorAll("nav [data-language]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault(); // what was pasted stays, and nothing is asked of the server
      speak(button.dataset.language);
    });
  }
  window.addEventListener("pagehide", clear);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) clear();
  });
  if (offline) one("#saved").hidden = false;
  one("#examination").hidden = false;
  clear();
})();
