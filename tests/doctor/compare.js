/* What engine.js finds, against what the engine in Python found. Runs in Node and in a page; `chaveiro` is the engine. */
"use strict";

/** The vectors on which the two differ, each with both answers. */
// eslint-disable-next-line no-unused-vars
function differences(vectors) {
  const plain = (value) =>
    JSON.stringify(value, (_, one) =>
      one && typeof one === "object" && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort()) : one);
  const found = ({ key, token, depth }) => {
    if (key !== null && token !== null) {
      const pair = chaveiro.relate(chaveiro.read(key, "key", { depth }), chaveiro.read(token, "token", { depth }));
      return { key, token, depth, findings: pair.findings, repaired: [pair.key, pair.token] };
    }
    const { findings, kind, repaired } = key === null
      ? chaveiro.read(token, "token", { depth })
      : chaveiro.read(key, "key", { depth });
    return { key, token, depth, findings, kind, repaired };
  };
  return vectors
    .map((vector) => ({ python: plain(vector), javascript: plain(found(vector)) }))
    .filter(({ python, javascript }) => python !== javascript);
}
