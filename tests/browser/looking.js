// What is wrong with a page as it is seen: it moves sideways, a text leaves its box or is cut off, a target is small.
(isPhone) => {
  const wrong = [];
  const told = (one) => one.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  // What is there for those who listen alone is a point, with nothing of it to be seen.
  const heard = (one) => {
    for (let above = one; above && above !== document.body; above = above.parentElement) {
      if (above.clientWidth <= 1 && getComputedStyle(above).overflowX === "hidden") return true;
    }
    return false;
  };
  const seen = (one) =>
    one.checkVisibility({ visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true }) &&
    one.getClientRects().length > 0 && !one.closest(".skip, dialog:not([open])") && !heard(one);
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    wrong.push(`the page is ${document.documentElement.scrollWidth} wide`);
  }
  const scrolls = (one) => {
    for (let above = one; above && above !== document.body; above = above.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(above).overflowX)) return true;
    }
    return false;
  };
  const holdsText = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  for (const one of document.querySelectorAll("body *")) {
    if (!seen(one) || one.closest("svg") || !holdsText(one) || scrolls(one)) continue;
    const style = getComputedStyle(one);
    // Shortened on purpose: whole in the page's own text, and to be read in full elsewhere on it.
    if (style.textOverflow === "ellipsis" && style.overflowX !== "visible") continue;
    if (style.display !== "inline" && one.scrollWidth > one.clientWidth + 1) {
      wrong.push(`${one.scrollWidth} in ${one.clientWidth}: ${told(one)}`);
    }
    const box = one.getBoundingClientRect();
    if (box.right > width + 1 || box.left < -1) wrong.push(`outside: ${told(one)}`);
  }
  if (isPhone) {
    for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
      if (!seen(one)) continue;
      // A link in a sentence is as high as its line; a box and its label are one target.
      const within = one.parentElement.textContent.trim() !== one.textContent.trim();
      if (one.localName === "a" && getComputedStyle(one).display === "inline" && within) continue;
      const boxes = [one, ...(one.labels ?? [])].map((part) => part.getBoundingClientRect());
      const high = Math.max(...boxes.map((box) => box.height));
      const wide = Math.max(...boxes.map((box) => box.width));
      if (high < 23.5 || wide < 23.5) wrong.push(`${wide.toFixed()} x ${high.toFixed()}: ${told(one)}`);
    }
  }
  return wrong;
}
