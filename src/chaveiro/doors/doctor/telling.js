/* Findings in words, and a value made visible without being shown. Pure, like engine.js; the words are the catalogue's.
 *
 * `tell` says what `chaveiro.words.explain` says, figure for figure (tests/doctor/test_telling.py). `rendering` hides
 * what `core.credential.masked` hides and never more than eight characters of a body less.
 */
"use strict";

const telling = (() => {
  // ---------------------------------------------------------------------------------------------------- sentences

  const plural = (forms, count) => forms[Math.min(count, 2)];
  const filled = (sentence, said, untold = "?") =>
    sentence.replace(/\{(\w+)\}/g, (_, name) => (name in said ? said[name] : untold));

  function number(count, spoken) {
    if (count < 1000) return String(count);
    const mark = spoken.numbers[count < 10000 ? 0 : 1];
    return String(count).replace(/\B(?=(?:\d{3})+$)/g, mark);
  }

  const characters = (count, spoken) => filled(plural(spoken.characters, count), { count: number(count, spoken) });

  function listed(names, spoken) {
    const [comma, last] = spoken.list;
    return names.length < 2 ? names.join("") : names.slice(0, -1).join(comma) + last + names[names.length - 1];
  }

  /** Names in a list that stays readable: the first few, and how many others. */
  function shortened(names, words, spoken) {
    const rest = names.length - words.listed_max;
    if (rest < 2) return listed(names, spoken);
    const others = filled(plural(spoken.others, rest), { count: number(rest, spoken) });
    return listed([...names.slice(0, words.listed_max), others], spoken);
  }

  function toldFact(name, fact, words, spoken) {
    if (name === "positions") {
      const list = shortened(fact.map((place) => number(place, spoken)), words, spoken);
      return fact.length ? filled(plural(spoken.positions, fact.length), { list }) : words.untold;
    }
    if (name === "code_points") {
      const named = [...new Set(fact)].map((code) => {
        return code in spoken.code_points ? `${code} ${spoken.code_points[code]}` : code;
      });
      return named.length ? shortened(named, words, spoken) : words.untold;
    }
    if (name.startsWith("length")) return characters(fact, spoken);
    if (name === "field") return words.fields[fact].field;
    return typeof fact === "number" ? number(fact, spoken) : fact || words.untold;
  }

  /** The field a cause is about, or null where it is about both or neither. */
  function fieldOf({ cause, facts }) {
    if (facts.field) return facts.field;
    return /_(?:in|and)_(?:key|token|both)_?/.test(cause) ? null : (/^(key|token)_/.exec(cause) || [null, null])[1];
  }

  /** Title, detail and remedy of a finding, in one of the languages of `words`. */
  function tell(finding, words, language) {
    const spoken = words.languages[language];
    const said = {};
    for (const [name, fact] of Object.entries(finding.facts)) said[name] = toldFact(name, fact, words, spoken);
    const part = fieldOf(finding);
    if (part) Object.assign(said, words.fields[part]);
    const [title, detail, remedy] = spoken.causes[finding.cause].map(
      (place) => filled(spoken.sentences[place], said, words.untold),
    );
    return { title, detail, remedy };
  }

  // ---------------------------------------------------------------------------------------------------- rendering

  const HIDDEN = "•";
  const SHOWN = 4; // of a body at either end, and only where that is public or too little to help
  const CELLS_MAX = 160;
  const NAMED = { " ": "␣", "\t": "⇥", "\n": "↵" }; // every font has these; of the others, their code points
  const DECORATED = new Set(["surrounding_quotes", "trailing_punctuation"]);

  const positionsIn = ({ facts }) => facts.positions || ("position" in facts ? [facts.position] : []);
  const classOf = ({ cause }) => cause.replace(/^(?:key|token)_/, "");
  const isMark = (letter) => chaveiro.BLANK.test(letter) || chaveiro.INVISIBLE.test(letter);
  const codePoint = (letter) => `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

  /** What stands for a character that cannot be seen. */
  const markOf = (letter) => NAMED[letter] || codePoint(letter);

  /** The value as cells: {text, state, at}. State: hidden, shown, wrong, mark (seen literally) or missing.
   *
   * Never a letter or digit of the body beyond four at either end, and those only of a native token whose beginning
   * and end are where they belong; of an appKey that is whole, all: it is public. Of a stranger, nothing.
   */
  function rendering(text, reading) {
    const letters = Array.from(text);
    const own = reading.findings.filter(({ cause }) => cause !== "pair_mismatch");
    const known = reading.kind !== null;
    const wrong = new Set(own.filter((one) => !/label_prefix|extra_text/.test(one.cause)).flatMap(positionsIn));
    const missing = new Set(own.filter((one) => /characters?_missing$/.test(one.cause)).flatMap(positionsIn));
    const begins = own.filter((one) => /label_prefix|extra_text/.test(one.cause)).flatMap(positionsIn)[0] || 1;
    const decorated = own.some((one) => DECORATED.has(classOf(one)));
    const publicKey = reading.kind === "key" && !own.some((one) => one.cause !== "key_in_token_field");
    const shown = publicKey ? new Set(letters.keys()) : windows(letters, reading);
    const cells = letters.map((letter, index) => {
      const at = index + 1;
      const around = decorated && (chaveiro.OPENING.has(letter) || chaveiro.CLOSING.has(letter) || chaveiro.PUNCTUATION.has(letter));
      if (wrong.has(at) && isMark(letter)) return { text: markOf(letter), state: "mark", at };
      if (known && around) return { text: letter, state: "mark", at };
      if (wrong.has(at) && !missing.has(at)) return { text: HIDDEN, state: "wrong", at };
      if (at < begins) return { text: HIDDEN, state: "wrong", at };
      return shown.has(index) ? { text: letter, state: "shown", at } : { text: HIDDEN, state: "hidden", at };
    });
    for (const at of [...missing].sort((a, b) => b - a)) cells.splice(at - 1, 0, { text: "‸", state: "missing", at });
    return abridged(cells);
  }

  /** The indices of `cvt_`, four characters after it and the last four: of a native token, sent bare.
   *
   * Only what stands there in the token as it was: where a character is missing or too many, its neighbours move into
   * the window, and two copies hurt differently would show more of it than one.
   */
  function windows(letters, { kind, format, findings, repaired }) {
    const cut = findings.some(({ cause }) => /truncated|start_missing|prefix_damaged|beyond_repair|pasted_twice/.test(cause));
    const bare = letters.length <= 80 && letters.slice(0, 4).join("") === "cvt_";
    if (kind !== "token" || format !== "native" || cut || !bare || !repaired) return new Set();
    const last = letters.length - repaired.length;
    const head = Array.from({ length: 2 * SHOWN }, (_, i) => [i, i]);
    const tail = Array.from({ length: SHOWN }, (_, i) => repaired.length - SHOWN + i).map((i) => [last + i, i]);
    return new Set([...head, ...tail].filter(([at, i]) => letters[at].toLowerCase() === repaired[i]).map(([at]) => at));
  }

  /** The middle of a long value is left out, as far as nothing is wrong with it. */
  function abridged(cells) {
    if (cells.length <= CELLS_MAX) return cells;
    const [head, tail] = [cells.slice(0, CELLS_MAX / 2), cells.slice(-CELLS_MAX / 2)];
    return [...head, { text: `…(${cells.length - CELLS_MAX})…`, state: "hidden", at: 0 }, ...tail];
  }

  // ----------------------------------------------------------------------------------------- a pair in other text

  const NAMES = { key: /app[-_]?key$|(?:^|[-_])key$/i, token: /app[-_]?token$|(?:^|[-_])token$/i };
  const PAIRS = [
    /(?:-H|--header)(?:\s+|=)?"([\w-]+)\s*:\s?((?:\\.|[^"\\])*)"/g, // curl, as shells write it
    /(?:-H|--header)(?:\s+|=)?'([\w-]+)\s*:\s?([^']*)'/g,
    /"([\w-]+)"\s*:\s*"((?:\\.|[^"\\])*)"/g, // JSON
    /'([\w-]+)'\s*:\s*'([^']*)'/g,
    /^[ \t]*(?:export[ \t]+|set[ \t]+|\$env:)?([\w-]+)[ \t]*=[ \t]*"([^"\n]*)"[ \t]*\r?$/gim, // .env
    /^[ \t]*(?:export[ \t]+|set[ \t]+|\$env:)?([\w-]+)[ \t]*=[ \t]*'([^'\n]*)'[ \t]*\r?$/gim,
    /^[ \t]*(?:export[ \t]+|set[ \t]+|\$env:)?([\w-]+)=([^\n]*?)\r?$/gim,
    /^[ \t]*([\w-]+)[ \t]*:[ \t]?([^\n]*?)\r?$/gm, // header lines
  ];

  /** The appKey and the appToken that a command, header lines, JSON or a file of variables hold; null for neither. */
  function gleaned(text) {
    const pair = { key: null, token: null };
    for (const pattern of PAIRS) {
      for (const [, name, value] of text.matchAll(pattern)) {
        for (const part of ["key", "token"]) if (pair[part] === null && NAMES[part].test(name)) pair[part] = value;
      }
    }
    return pair.key === null && pair.token === null ? null : pair;
  }

  return Object.freeze({ tell, characters, rendering, gleaned, filled });
})();
