/* What the console's pages do beyond reading and sending forms. Every page works without it, but for a hand-over.
 *
 * INVARIANT: text goes into the page as text, never as markup; nothing is evaluated, and nothing is kept but in the page.
 */
"use strict";

(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function show(element, shown = true) {
    if (element) element.hidden = !shown;
  }

  /** Say something to those who hear the page; the same words twice are heard twice. */
  function say(text) {
    const notices = one("#notices");
    if (!notices) return;
    const said = make("p", { class: "unseen" }, text);
    notices.append(said);
    setTimeout(() => said.remove(), 5000);
  }

  // ------------------------------------------------------------------------------------------------------------ htmx

  // Markup is taken from our own server alone, under the one policy that the page's headers allow. Code in it is not: a
  // whole page, of which a part is taken, comes without its scripts, and what looks like one all the same ends the swap.
  const refuse = () => {
    throw new TypeError("code in attributes is not run here");
  };
  const SCRIPT = /<script\b[^]*?<\/script\s*>/gi;
  const rules = { createHTML: (markup) => markup.replace(SCRIPT, ""), createScript: refuse };
  const policy = window.trustedTypes ? window.trustedTypes.createPolicy("htmx", rules) : rules;

  window.htmx?.registerExtension("console", {
    init: (api) => api.initSecurity(policy, refuse, refuse),
    // A part that asks for itself does not while nobody looks, nor while somebody writes or chooses in it.
    htmx_before_request: (element) => !(element.hasAttribute("data-live") && (document.hidden || busy(element))),
    // What somebody zoomed into stays as it is. (What they unfolded does, too: see `morphIgnore` in frame.html.)
    htmx_before_morph_node: (element) => !element.matches?.(".timeline:has([data-zoom][aria-pressed='true'])"),
    htmx_after_swap: () => prepare(document),
  });

  const busy = (part) => {
    const focused = document.activeElement;
    return part.contains(focused) && focused.matches("input, select, textarea, dialog[open] *");
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) for (const part of all("[data-live]")) part.dispatchEvent(new Event("looked"));
  });

  // --------------------------------------------------------------------------------------------------------- copying

  async function copy(button) {
    const text = one("[data-copied]", button.closest(".copy")).textContent;
    const said = one("[data-said]", button);
    said.dataset.first ??= said.textContent;
    let told = button.dataset.done;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      told = button.dataset.failed;
      window.getSelection().selectAllChildren(one("[data-copied]", button.closest(".copy")));
    }
    said.textContent = told;
    say(told);
    setTimeout(() => (said.textContent = said.dataset.first), 2500);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button) copy(button);
  });

  // ------------------------------------------------------------------------------------- asking before what is final

  const dialog = one("#confirm");
  let agreed = null;

  document.addEventListener(
    "submit",
    (event) => {
      const button = event.submitter;
      if (!button?.dataset.confirm || button === agreed || !dialog?.showModal) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      one("#confirm-question").textContent = button.dataset.confirm;
      one("[data-yes]", dialog).textContent = button.textContent.trim();
      dialog.returnValue = "";
      dialog.onclose = () => {
        if (dialog.returnValue !== "yes") return;
        agreed = button;
        button.form.requestSubmit(button);
        agreed = null;
      };
      dialog.showModal();
      one("[data-no]", dialog).focus();
    },
    true,
  );
  dialog?.addEventListener("click", (event) => {
    if (event.target.closest("[data-yes]")) dialog.close("yes");
    else if (event.target.closest("[data-no]") || event.target === dialog) dialog.close("no");
  });

  // A link that looks like a button is pressed like one.
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches?.("a[role='button']")) return;
    event.preventDefault();
    event.target.click();
  });

  // Menus close as people expect them to.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all(".top details[open]")) {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) one("summary", menu).focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of all(".top details[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // -------------------------------------------------------------------------------------------- a token, shown once

  /** How what was pasted back differs: a name among the sentences that the page brings along. Empty for nothing pasted. */
  function compared(pasted, token, appKey) {
    if (!pasted) return "";
    if (pasted === token) return "equal";
    if (pasted.trim() === token) return "blank";
    if (/^\s*(["'`])(.*)\1\s*$/s.exec(pasted)?.[2] === token) return "quoted";
    if (pasted.trim() === appKey) return "key";
    return pasted.length < token.length && token.startsWith(pasted) ? "short" : "different";
  }

  function wipe() {
    for (const place of all("[data-wiped]")) place.textContent = "";
    for (const field of all("[data-paste-back] input")) field.value = "";
  }

  function keepOnce(section) {
    history.replaceState(null, "", section.dataset.after);
    if (!one("[data-paste-back]", section)) return;
    const [key, token] = all("[data-copied]", section);
    const field = one("#pasted-back", section);
    const said = one("#pasted-back-said", section);
    const ticked = one("#stored", section);
    const onward = one("[data-go-on]", section);
    const gate = () => {
      if (ticked.checked) onward.removeAttribute("aria-disabled");
      else onward.setAttribute("aria-disabled", "true");
    };
    show(one("[data-paste-back]", section));
    show(one("[data-stored]", section));
    field.addEventListener("input", () => {
      const found = compared(field.value, token.textContent, key.textContent);
      said.textContent = found ? said.dataset[found] : "";
      said.className = `said ${found === "equal" ? "ok" : "bad"}`;
      if (found === "equal") ticked.checked = true;
      gate();
    });
    ticked.checked = false;
    ticked.addEventListener("change", gate);
    onward.addEventListener("click", (event) => {
      if (ticked.checked) return;
      event.preventDefault();
      ticked.focus();
    });
    gate();
  }

  // ------------------------------------------------------------------------------------------------ one-time links

  /** What stands behind the `#`, which is then gone from the address bar and from the history. */
  function takeFragment() {
    const fragment = location.hash.slice(1);
    if (fragment) history.replaceState(null, "", location.pathname + location.search);
    return fragment;
  }

  function bytes(text) {
    const coded = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(coded, (character) => character.charCodeAt(0));
  }

  async function unsealed(sealed, key) {
    const whole = bytes(sealed);
    const imported = await crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["decrypt"]);
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: whole.slice(0, 12) }, imported, whole.slice(12));
    return new TextDecoder("utf-8", { fatal: true }).decode(plain);
  }

  function handOver(form) {
    const [, id, key] = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43}=?)$/.exec(takeFragment()) ?? [];
    if (!key) return show(one("[data-broken]", form));
    form.elements.id.value = id;
    show(one("[data-offer]", form));
    return form.addEventListener("submit", async (event) => {
      event.preventDefault();
      show(one("[data-unreachable]", form), false);
      const told = await answered(form, key);
      show(one("[data-offer]", form), told === "unreachable");
      show(one(`[data-${told}]`, form));
      if (told === "shown") one("[data-token]", form).focus();
    });
  }

  /** Ask for what is sealed, once, and put it where it is shown: `shown`, `gone`, `unread` or `unreachable`. */
  async function answered(form, key) {
    let answer;
    try {
      answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json" },
        cache: "no-store",
      });
    } catch {
      return "unreachable";
    }
    if (answer.status === 429 || answer.status >= 500) return "unreachable";
    if (!answer.ok) return "gone";
    try {
      const told = await answer.json();
      one("[data-wiped]", form).textContent = await unsealed(told.sealed, key);
      one("[data-named] code", form).textContent = told.appKey ?? "";
      show(one("[data-named]", form), Boolean(told.appKey));
    } catch {
      return "unread";
    }
    return "shown";
  }

  function fromLink(part) {
    const fragment = takeFragment();
    if (!fragment) return;
    one("input", part).value = fragment;
    show(part, false);
  }

  // What was shown once is gone when the page is left, also from the copy that a browser keeps for going back.
  window.addEventListener("pagehide", wipe);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && one("[data-secret]")) location.replace(one("[data-secret]").dataset.after);
  });

  // -------------------------------------------------------------------------------------------------------- timelines

  const FILLS = 6;
  const plots = new Map();

  /** The numbers of a table: moments, then a row of counts per series. */
  function read(table) {
    const rows = all("tbody tr", table);
    const names = all("thead th", table).slice(1).map((cell) => cell.textContent);
    const counts = names.map((_, place) => rows.map((row) => Number(all("data", row)[place].value)));
    return { names, counts, moments: rows.map((row) => Number(row.dataset.at)) };
  }

  function plot(table, place) {
    const { names, counts, moments } = read(table);
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const stacked = [];
    for (const row of counts) stacked.push(row.map((count, at) => count + (stacked.at(-1)?.[at] ?? 0)));
    const order = names.map((_, at) => at).reverse(); // the highest first: the others are drawn over it
    const fill = (at) => colour(`--chart-${table.dataset.allowed ? at : Math.min(at + 1, FILLS - 1)}`);
    const half = moments.length > 1 ? (moments[1] - moments[0]) / 2 : 1800;
    const long = moments.at(-1) - moments[0] > 2 * 86400;
    const shape = long ? { day: "numeric", month: "short" } : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const short = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: "UTC", ...shape });
    const told = (at) => (at == null ? "–" : one(`[data-at="${at}"] time`, table).textContent);
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    return new window.uPlot(
      {
        width: Math.max(place.clientWidth, 200),
        height: 260,
        tzDate: (seconds) => window.uPlot.tzDate(new Date(seconds * 1000), "UTC"),
        scales: { x: { range: (_, low, high) => [low - half, high + half] }, y: { range: (_, low, high) => [0, Math.max(high, 1)] } },
        axes: [
          { ...axis, values: (_, splits) => splits.map((at) => short.format(new Date(at * 1000))) },
          { ...axis, size: 56 },
        ],
        series: [
          { label: one("thead th", table).textContent, value: (_, at) => told(at) },
          ...order.map((at) => ({
            label: names[at],
            fill: fill(at),
            stroke: fill(at),
            width: 0,
            points: { show: false },
            paths: window.uPlot.paths.bars({ size: [0.9, 60] }),
            value: (_, __, ___, index) => (index == null ? "–" : counts[at][index].toLocaleString(document.documentElement.lang)),
          })),
        ],
      },
      [moments, ...order.map((at) => stacked[at])],
      place,
    );
  }

  function toggle(button) {
    const figure = button.closest(".timeline");
    const drawing = one("[data-drawing]", figure);
    const place = one("[data-zoom-place]", figure);
    const opening = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(opening));
    for (const part of [drawing, one(".legend", figure)]) show(part, !opening);
    show(place, opening);
    plots.get(place)?.destroy();
    plots.delete(place);
    if (opening) plots.set(place, plot(one("[data-timeline]", figure), place));
  }

  function redraw() {
    for (const [place, drawn] of plots) {
      drawn.destroy();
      if (place.isConnected) plots.set(place, plot(one("[data-timeline]", place.closest(".timeline")), place));
      else plots.delete(place);
    }
  }
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  let resizing = 0;
  window.addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(redraw, 200);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-zoom]");
    if (button) toggle(button);
  });

  // ------------------------------------------------------------------------------------------------------- beginning

  /** Show what needs a script, in a page or in a part of it that just came. */
  function prepare(within) {
    for (const button of all("[data-copy]", within)) show(button);
    if (window.uPlot) for (const button of all("[data-zoom]", within)) show(button);
  }

  prepare(document);
  for (const section of all("[data-secret]")) keepOnce(section);
  for (const form of all("[data-hand-over]")) handOver(form);
  for (const part of all("[data-from-link]")) fromLink(part);
})();
