/* The editor of a role: finds resources while somebody types, counts what is ticked, ticks whole groups.
 * Without it the same buttons ask the server.
 */
"use strict";

(() => {
  const form = document.querySelector("[data-chooser]");
  const all = (selector, within = form) => [...within.querySelectorAll(selector)];
  const one = (selector, within = form) => within.querySelector(selector);
  const number = new Intl.NumberFormat(document.documentElement.lang);

  const sought = one("#q");
  const only = one("[name='only']");
  const nothing = one("[data-no-match]");
  const shelves = all("details.shelf");
  const rows = all(".resources > li").map((row) => {
    const box = one("input", row);
    const [shelf, group] = [row.closest("details"), row.closest("fieldset")];
    const said = [shelf.dataset.group, group.dataset.group, row.textContent, box.value];
    return { row, box, words: said.join(" ").toLowerCase() };
  });
  const rowOf = new Map(rows.map((item) => [item.row, item]));
  const kept = all("input[type='hidden'][name='resource']"); // chosen, and not among what the server showed
  const boxes = (within) => all(".resources > li", within).map((row) => rowOf.get(row));
  const free = (items) => items.filter(({ row, box }) => !row.hidden && !box.disabled);

  // --------------------------------------------------------------------------------------------------------- counting

  function count() {
    for (const shelf of shelves) {
      const hidden = kept.filter((input) => input.value.startsWith(`${shelf.dataset.group}/`)).length;
      const ticked = boxes(shelf).filter(({ box }) => box.checked).length + hidden;
      const tally = one(".how-many", shelf);
      one("[data-chosen]", tally).textContent = number.format(ticked);
      tally.classList.toggle("some", ticked > 0);
    }
    const ticked = rows.filter(({ box }) => box.checked).length + kept.length;
    one(".bar [data-chosen]").textContent = number.format(ticked);
    for (const button of all("[data-all-button]")) label(button);
  }

  const groupOf = (button) => button.closest("fieldset") ?? button.closest("details");

  function label(button) {
    const there = free(boxes(groupOf(button)));
    const whole = there.length > 0 && there.every(({ box }) => box.checked);
    const name = one("legend", groupOf(button))?.textContent;
    const group = button.closest("fieldset") ? name : groupOf(button).dataset.group;
    button.name = whole ? "none" : "all";
    button.textContent = whole ? form.dataset.none : form.dataset.all;
    button.setAttribute("aria-label", (whole ? form.dataset.noneOf : form.dataset.allOf).replace("{group}", () => group));
    button.disabled = there.length === 0;
  }

  form.addEventListener("change", (event) => {
    if (event.target.name === "resource") count();
    if (event.target === only) sift();
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-all-button]");
    if (!button) return;
    event.preventDefault();
    for (const { box } of free(boxes(groupOf(button)))) box.checked = button.name === "all";
    count();
  });

  // ---------------------------------------------------------------------------------------------------------- finding

  function sift() {
    const words = sought.value.trim().toLowerCase();
    const narrowed = words !== "" || only.checked;
    for (const { row, box, words: said } of rows) row.hidden = !said.includes(words) || (only.checked && !box.checked);
    for (const group of all("details.shelf fieldset")) group.hidden = boxes(group).every(({ row }) => row.hidden);
    for (const shelf of shelves) {
      shelf.hidden = boxes(shelf).every(({ row }) => row.hidden);
      shelf.dataset.before ??= String(shelf.open);
      shelf.open = narrowed ? !shelf.hidden : shelf.dataset.before === "true";
      if (!narrowed) delete shelf.dataset.before;
    }
    nothing.hidden = rows.some(({ row }) => !row.hidden);
    count();
  }

  sought.addEventListener("input", () => {
    form.elements.sought.value = sought.value.trim(); // the Enter key elsewhere does not ask the server to search
    sift();
  });
  sought.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });

  // What the server left out of sight is not there to be found: then its button goes on searching.
  if (!sought.value && !only.checked) for (const button of all("[data-by-hand]")) button.hidden = true;
  window.addEventListener("pageshow", count); // browsers bring ticks back when somebody comes back
  count();
})();
