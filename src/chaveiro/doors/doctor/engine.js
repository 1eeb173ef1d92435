/* The doctor in a browser: what was done to an appKey and an appToken on their way, told from their own bytes alone.
 *
 * It says what `chaveiro.doctor` says, section by section under the same names, so that the two can be read side by
 * side; tests/doctor/vectors.py holds them equal. Nothing in this file reads or writes anything outside its arguments.
 *
 * A text is examined as code points, as Python does: an emoji is one character, and positions count from 1.
 * Damaged is secret: whoever sees a `repaired` value has the token, so `examine` keeps it to itself.
 */
"use strict";

const chaveiro = (() => {
  // ------------------------------------------------------------------------------------------------------- causes

  const KEY = "key";
  const TOKEN = "token";
  const CERTAIN = "certain";
  const LIKELY = "likely";
  const CANNOT_KNOW = "cannot_know";
  const VALUE_LENGTH_MAX = 1024;

  // What can be found in a value, in the order in which causes are told: the stage, and the facts each one carries.
  // Here each stands in its token form; `causeOf` gives it the field in which the value was sent.
  const PRESENCE = 1;
  const RELATION = 2;
  const SHAPE = 3;
  const CAUSES = {
    value_oversized: [PRESENCE, "field", "length", "length_max"],
    token_empty: [PRESENCE],
    token_placeholder_value: [PRESENCE, "pattern"],
    token_masked_value: [PRESENCE],
    fields_swapped: [RELATION],
    token_in_both_fields: [RELATION],
    key_in_both_fields: [RELATION],
    token_in_key_field: [RELATION],
    key_in_token_field: [RELATION],
    key_and_token_joined: [RELATION, "field"],
    token_foreign_credential: [RELATION, "vendor"],
    token_other_environment: [RELATION, "prefix"],
    token_outer_whitespace: [SHAPE, "positions", "code_points"],
    token_space_inside: [SHAPE, "positions", "code_points"],
    token_line_break_inside: [SHAPE, "positions", "code_points"],
    token_invisible_characters: [SHAPE, "positions", "code_points"],
    token_surrounding_quotes: [SHAPE, "marks"],
    token_scheme_prefix: [SHAPE, "scheme"],
    token_label_prefix: [SHAPE, "position"],
    token_trailing_punctuation: [SHAPE, "marks"],
    token_extra_text: [SHAPE, "position"],
    token_pasted_twice: [SHAPE],
    token_percent_encoded: [SHAPE],
    token_escape_sequences: [SHAPE],
    token_html_entities: [SHAPE],
    token_base64_encoded: [SHAPE],
    token_lookalike_letters: [SHAPE, "positions", "code_points"],
    token_letter_case_changed: [SHAPE, "positions"],
    token_confusable_characters: [SHAPE, "positions"],
    token_prefix_damaged: [SHAPE, "prefix"],
    token_characters_transposed: [SHAPE, "positions"],
    token_one_character_wrong: [SHAPE, "position"],
    token_character_missing: [SHAPE, "position"],
    token_character_extra: [SHAPE, "position"],
    token_two_characters_wrong: [SHAPE, "positions"],
    token_characters_missing: [SHAPE, "position", "count"],
    token_characters_extra: [SHAPE, "position", "count"],
    token_several_characters_wrong: [SHAPE, "positions"],
    token_truncated: [SHAPE, "length", "length_expected"],
    token_start_missing: [SHAPE, "length", "length_expected"],
    token_mistyped_beyond_repair: [SHAPE, "length"],
    token_unrecognised: [SHAPE, "length"],
    pair_mismatch: [SHAPE],
  };
  const ORDER = new Map(Object.keys(CAUSES).map((cause, place) => [cause, place]));
  const OF_BOTH = new Set([
    "token_in_both_fields", "key_in_both_fields", "token_in_key_field", "key_in_token_field", "key_and_token_joined",
  ]);

  const finding = (cause, facts = {}, confidence = CERTAIN) => ({ cause, facts, confidence });
  const isTwin = (cause) => /^(?:key|token)_/.test(cause) && !OF_BOTH.has(cause);
  const causeOf = (cause, part) => (isTwin(cause) ? cause.replace(/^(?:key|token)/, part) : cause);
  const stageOf = (cause) => CAUSES[causeOf(cause, TOKEN)][0];

  // --------------------------------------------------------------------------------------------------- characters

  // What Python's `\s`, `\w` and letters in any case mean, which is not quite what they mean here.
  const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
  const WORD = "\\p{L}\\p{N}_";
  const LETTERS = "A-Za-z\\u0130\\u0131\\u017f\\u212a";
  const OTHER_CASES = { i: "iI\\u0130\\u0131", s: "sS\\u017f", k: "kK\\u212a" };
  const anyCase = (word) =>
    word.replace(/[a-z]/gi, (letter) => `[${OTHER_CASES[letter.toLowerCase()] || letter.toLowerCase() + letter.toUpperCase()}]`);

  const anyAsciiCase = (word) => word.replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);

  const OUTER_SPACE = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "gu");
  const SPACES = new RegExp(`[${SPACE}]+`, "gu");
  const strip = (text) => text.replace(OUTER_SPACE, "");
  const isAscii = (text) => /^[\x00-\x7f]*$/.test(text); // eslint-disable-line no-control-regex
  const range = (start, end) => Array.from({ length: Math.max(end - start, 0) }, (_, index) => start + index);
  const codePoint = (letter) => `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  // The alphabet of a letter that stands for one of ours; its own number would tell which, and be the secret.
  const codeBlock = (letter) => `${codePoint(letter).slice(0, -2)}xx`;

  function stripOf(text, marks, { start = true } = {}) {
    const letters = Array.from(text);
    let from = 0;
    let to = letters.length;
    while (start && from < to && marks.includes(letters[from])) from += 1;
    while (to > from && marks.includes(letters[to - 1])) to -= 1;
    return letters.slice(from, to).join("");
  }

  /** A value under examination: its characters, and where each stood in the value as sent. */
  class Strand {
    constructor(letters, at) {
      this.letters = letters;
      this.at = at;
      this.text = letters.join("");
      this.length = letters.length;
    }

    /** The index of a character, given where it stands in `text`, which counts some characters as two. */
    index(unit) {
      return this.text.length === this.length ? unit : Array.from(this.text.slice(0, unit)).length;
    }

    cut(start, end) {
      return new Strand(this.letters.slice(start, end), this.at.slice(start, end));
    }

    without(indices) {
      const gone = new Set(indices);
      const kept = range(0, this.length).filter((index) => !gone.has(index));
      return new Strand(kept.map((index) => this.letters[index]), kept.map((index) => this.at[index]));
    }

    /** Put other text in place of each match; it stands where the match began. */
    replaced(pattern, by) {
      const letters = [];
      const at = [];
      let end = 0;
      for (const found of this.text.matchAll(pattern)) {
        const start = this.index(found.index);
        const fresh = Array.from(by(found[0]));
        letters.push(...this.letters.slice(end, start), ...fresh);
        at.push(...this.at.slice(end, start), ...fresh.map(() => this.at[start]));
        end = this.index(found.index + found[0].length);
      }
      letters.push(...this.letters.slice(end));
      at.push(...this.at.slice(end));
      return new Strand(letters, at);
    }

    /** Where a character stood as sent; one past the last for a character that is missing at the end. */
    position(index) {
      if (index < this.length) return this.at[index];
      return this.length ? this.at[this.length - 1] + 1 : 1;
    }

    positions(indices) {
      return [...indices].sort((a, b) => a - b).map((index) => this.at[index]);
    }
  }

  const strand = (text) => {
    const letters = Array.from(text);
    return new Strand(letters, range(1, letters.length + 1));
  };

  // ----------------------------------------------------------------------------------------------------- SHA-256

  const PRIMES = range(2, 312).filter((n) => range(2, Math.floor(Math.sqrt(n)) + 1).every((d) => n % d));
  const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  const SHA_START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const SHA_ROUNDS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));

  /** SHA-256 (FIPS 180-4) of an ASCII text, as eight words. A page saved to disk has no `crypto.subtle`. */
  function sha256(text) {
    const bytes = new Uint8Array(((text.length + 8) >> 6 << 6) + 64);
    for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
    bytes[text.length] = 0x80;
    const view = new DataView(bytes.buffer);
    view.setUint32(bytes.length - 4, text.length * 8);
    const turned = (word, by) => (word >>> by) | (word << (32 - by));
    const state = [...SHA_START];
    const w = new Int32Array(64);
    for (let block = 0; block < bytes.length; block += 64) {
      for (let i = 0; i < 16; i += 1) w[i] = view.getInt32(block + 4 * i);
      for (let i = 16; i < 64; i += 1) {
        const s0 = turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const s1 = turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i += 1) {
        const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
        const first = (h + s1 + ((e & f) ^ (~e & g)) + SHA_ROUNDS[i] + w[i]) | 0;
        const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
        const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = (state[i] + word) | 0; });
    }
    return state.map((word) => word >>> 0);
  }

  const sha256Number = (text) => sha256(text).reduce((number, word) => (number << 32n) | BigInt(word), 0n);

  // ------------------------------------------------------------------------------------------------- credentials

  const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford base 32; lower case is canonical
  const VALUES = new Map(Array.from(ALPHABET, (symbol, value) => [symbol, value]));
  const ILLEGAL = -1; // a character that is no symbol
  const valueOf = (symbol) => (VALUES.has(symbol) ? VALUES.get(symbol) : ILLEGAL);

  const NATIVE = "native";
  const VTEX = "vtex";
  const VTEX_TOKEN_LENGTH = 128;
  const VTEX_KEY = /^vtexappkey-[a-z0-9]{1,32}-[A-Z]{6}$/;

  /** A BCH code over GF(32). Its residues have up to 65 bits, hence the big integers. */
  class Code {
    constructor(prefix, data, check, generator, target) {
      Object.assign(this, { prefix, data, check, generator, target });
      this.length = data + check;
    }

    /** Divide prefix and symbols by the generator; equal to `target` for an undamaged value. */
    residue(symbols, prefix = this.prefix) {
      const top = BigInt(5 * (this.check - 1));
      const low = (1n << top) - 1n;
      const points = Array.from(prefix, (letter) => letter.charCodeAt(0));
      let rest = 1n;
      for (const symbol of [...points.map((c) => c >> 5), 0, ...points.map((c) => c & 31), ...symbols]) {
        const carry = Number(rest >> top);
        rest = ((rest & low) << 5n) ^ BigInt(symbol) ^ combined(this.generator, carry);
      }
      return rest;
    }
  }

  function combined(generator, carry) {
    return generator.reduce((sum, row, bit) => ((carry >> bit) & 1 ? sum ^ row : sum), 0n);
  }

  const KEY_CODE = new Code(
    "cvk", 16, 6, [0x3b6a57b2n, 0x26508e6dn, 0x1ea119fan, 0x3d4233ddn, 0x2a1462b3n],
    sha256Number("chaveiro/key/v1") & ((1n << 30n) - 1n),
  );
  const TOKEN_CODE = new Code(
    "cvt", 57, 13,
    [0x19dc500ce73fde210n, 0x1bfae00def77fe529n, 0x1fbd920fffe7bee52n, 0x1739640bdeee3fdadn, 0x07729a039cfc75f5an],
    sha256Number("chaveiro/token/v1") & ((1n << 65n) - 1n),
  );

  /** The four characters by which a native token says which appKey it was issued for. */
  function pairTag(appKey) {
    const top = sha256(`chaveiro/pair/v1:${appKey}`)[0] >>> 12;
    return [15, 10, 5, 0].map((place) => ALPHABET[(top >> place) & 31]).join("");
  }

  /** Whether two well-formed values can be a pair: same format and, for native ones, the token's pair tag. */
  function belongTogether(key, token) {
    if (vtexWhole(key) === KEY) return vtexWhole(token) === TOKEN;
    return nativeWhole(token) === TOKEN && token.slice(5, 9) === pairTag(key);
  }

  // ---------------------------------------------------------------------------------------------------- syndrome

  const SYMBOLS = 32;
  const REACH = 16; // how many symbols beyond its length a value may have to be still compared
  const WRONG_OF = { 1: "token_one_character_wrong", 2: "token_two_characters_wrong" };

  /** The edits that explain a damaged body, and the body before them. `indices` are in the damaged body. */
  const fixOf = (edits, symbols, confidence = CERTAIN) => ({ edits, symbols, confidence });
  const edit = (cause, indices, count = 1) => ({ cause, indices, count });
  const fix = (cause, indices, symbols, confidence = CERTAIN, count = 1) =>
    fixOf([edit(cause, indices, count)], symbols, confidence);

  const inserted = (body, index, symbol) => [...body.slice(0, index), symbol, ...body.slice(index)];
  const removed = (body, index, count = 1) => [...body.slice(0, index), ...body.slice(index + count)];
  const legal = (symbols) => symbols.map((symbol) => Math.max(symbol, 0));
  const illegalIn = (symbols) => range(0, symbols.length).filter((index) => symbols[index] === ILLEGAL);
  const sums = (values, initial) => {
    const all = [initial];
    for (const value of values) all.push(all[all.length - 1] ^ value);
    return all;
  };

  /** The tables of one code, and the searches they make cheap: each hypothesis is an XOR of a few entries. */
  class Syndromes {
    constructor(code) {
      this.code = code;
      this.length = code.length;
      this.last = code.length - 1;
      this.top = BigInt(5 * (code.check - 1));
      const low = (1n << this.top) - 1n;
      this.generators = range(0, SYMBOLS).map((carry) => combined(code.generator, carry));
      // x is invertible modulo the generator: its lowest symbol tells which multiple was added last.
      this.carryOf = new Map(this.generators.map((generator, carry) => [Number(generator & 31n), carry]));
      this.weights = [range(0, SYMBOLS).map(BigInt)];
      for (let row = 0; row < this.length + REACH; row += 1) {
        this.weights.push(this.weights[row].map((w) => ((w & low) << 5n) ^ this.generators[Number(w >> this.top)]));
      }
      this.constant = code.residue(Array(this.length).fill(0)) ^ code.target;
      this.singles = new Map();
      this.swaps = new Map();
      for (let index = 0; index < this.length; index += 1) {
        for (let error = 1; error < SYMBOLS; error += 1) {
          this.singles.set(this.weights[this.last - index][error], [index, error]);
        }
      }
      for (let index = 0; index < this.last; index += 1) {
        for (let error = 1; error < SYMBOLS; error += 1) {
          const both = this.weights[this.last - index][error] ^ this.weights[this.last - index - 1][error];
          this.swaps.set(both, [index, error]);
        }
      }
    }

    /** The syndrome of a body of the right length; 0 for a code word. */
    of(symbols) {
      return symbols.reduce((rest, symbol, index) => rest ^ this.weights[this.last - index][symbol], this.constant);
    }

    holds(symbols) {
      return symbols.length === this.length && !symbols.includes(ILLEGAL) && this.of(symbols) === 0n;
    }

    /** Explain a body by one wrong, missing or extra symbol or two neighbours that changed places. */
    oneEdit(body) {
      const illegal = illegalIn(body);
      switch (body.length - this.length) {
        case 0: return this.wrong(body, illegal);
        case -1: return illegal.length ? null : this.missing(body);
        case 1: return this.extra(body, illegal);
        default: return null;
      }
    }

    /** Explain a short body by a lost end, if enough symbols of its check part are left to agree. */
    cutTail(body, checkMin) {
      const { data, check } = this.code;
      const left = body.length - data;
      if (left < checkMin || left >= check || body.includes(ILLEGAL)) return null;
      const kept = body.slice(0, data);
      const whole = [...kept, ...lowest(this.of([...kept, ...Array(check).fill(0)]), check)];
      if (body.some((symbol, index) => symbol !== whole[index])) return null;
      const sure = check - left < Math.floor((check * 8) / 13);
      return fix("token_truncated", [body.length], whole, sure ? CERTAIN : LIKELY);
    }

    /** Explain a short body by a lost start. */
    cutHead(body, missingMax) {
      const missing = this.length - body.length;
      if (missing < 1 || missing > missingMax || body.includes(ILLEGAL)) return null;
      const lost = this.trapped(this.of([...Array(missing).fill(0), ...body]), body.length, missing);
      if (!lost) return null;
      const sure = missing <= Math.floor((missingMax * 3) / 4);
      return fix("token_start_missing", [0], [...lost, ...body], sure ? CERTAIN : LIKELY);
    }

    wrong(body, illegal) {
      if (illegal.length > 2) return null;
      const symbols = legal(body);
      const rest = this.of(symbols);
      if (rest === 0n) return illegal.length ? fix(WRONG_OF[illegal.length], illegal, symbols) : null;
      if (illegal.length === 2) return this.twoIllegal(symbols, rest, illegal);
      const found = this.singles.get(rest);
      if (found && (!illegal.length || illegal[0] === found[0])) {
        symbols[found[0]] ^= found[1];
        return fix("token_one_character_wrong", [found[0]], symbols);
      }
      const swap = this.swaps.get(rest);
      if (swap && !illegal.length) {
        const [index, error] = swap;
        if ((symbols[index] ^ symbols[index + 1]) === error) {
          [symbols[index], symbols[index + 1]] = [symbols[index + 1], symbols[index]];
          return fix("token_characters_transposed", [index, index + 1], symbols);
        }
      }
      return null;
    }

    twoIllegal(symbols, rest, [first, second]) {
      const weights = this.weights[this.last - first];
      for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
        const other = rest ^ weights[symbol];
        const found = this.singles.get(other);
        if (other === 0n || (found && found[0] === second)) {
          symbols[first] = symbol;
          if (other !== 0n) symbols[second] = found[1];
          return fix("token_two_characters_wrong", [first, second], symbols);
        }
      }
      return null;
    }

    missing(body) {
      const [heads, tails] = this.halves(body);
      const found = [];
      for (let index = 0; index < this.length; index += 1) {
        const rest = heads[index] ^ tails[index];
        const single = this.singles.get(rest);
        if (rest === 0n) found.push([index, 0]);
        else if (single && single[0] === index) found.push(single);
      }
      if (!found.length) return null;
      const [index, symbol] = found[0];
      const whole = inserted(body, index, symbol);
      const [place, end] = found[found.length - 1];
      if (place === this.last && [...body, end].every((one, i) => one === whole[i])) {
        return fix("token_truncated", [body.length], whole); // at the end of a run nobody can tell
      }
      return fix("token_character_missing", [index], whole);
    }

    extra(body, illegal) {
      if (illegal.length > 1) return null;
      const [heads, tails] = this.halves(legal(body));
      for (const index of illegal.length ? illegal : range(0, body.length)) {
        if ((heads[index] ^ tails[index + 1]) === 0n) {
          return fix("token_character_extra", [index], removed(body, index));
        }
      }
      return null;
    }

    /** Explain a long body by symbols in a row that do not belong to it. */
    extraRun(body) {
      const count = body.length - this.length;
      if (count <= 1 || count >= REACH) return null;
      const [heads, tails] = this.halves(legal(body));
      for (let index = 0; index <= this.length; index += 1) {
        if ((heads[index] ^ tails[index + count]) !== 0n) continue;
        const whole = removed(body, index, count);
        if (!whole.includes(ILLEGAL)) return fix("token_characters_extra", [index], whole, CERTAIN, count);
      }
      return null;
    }

    /** What stands before each index, counted from the start, and what stands from it on, counted from the end. */
    halves(body) {
      const heads = body.slice(0, this.length).map((symbol, index) => this.weights[this.last - index][symbol]);
      const tails = [...body].reverse().map((symbol, place) => this.weights[place][symbol]);
      return [sums(heads, this.constant), sums(tails, 0n).reverse()];
    }

    /** Divide by x as often as symbols follow; what caused `rest` then stands alone, in the lowest symbols. */
    trapped(rest, after, count) {
      for (let step = 0; step < after; step += 1) {
        const carry = this.carryOf.get(Number(rest & 31n));
        rest = ((rest ^ this.generators[carry]) >> 5n) | (BigInt(carry) << this.top);
      }
      return rest >> BigInt(5 * count) ? null : lowest(rest, count);
    }
  }

  /** The lowest symbols of a residue, the first one first. */
  function lowest(rest, count) {
    return range(0, count).map((index) => Number((rest >> BigInt(5 * (count - 1 - index))) & 31n));
  }

  const KEYS = new Syndromes(KEY_CODE);
  const TOKENS = new Syndromes(TOKEN_CODE);

  // ----------------------------------------------------------------------------------------------------- algebra

  // Up to four wrong symbols of a token, by Berlekamp and Massey's algorithm over GF(1024) = GF(32)[y]/(y^2 + y + 1).
  // The generator of the token's code has eight roots in a row, beta^9 to beta^16, where beta has order 93.
  const ERRORS_MAX = 4;
  const FIRST_ROOT = 9;
  const FIELD_ORDER = 1023;
  const BETA = 11; // beta as a power of the primitive element
  const PRIMITIVE = 34;

  function smallTimes(a, b) { // in GF(32) = GF(2)[x]/(x^5 + x^3 + 1)
    let product = 0;
    for (; b; b >>= 1) {
      if (b & 1) product ^= a;
      a <<= 1;
      if (a & 32) a ^= 0b101001;
    }
    return product;
  }

  function slowTimes(a, b) {
    const [a0, a1, b0, b1] = [a & 31, a >> 5, b & 31, b >> 5];
    const high = smallTimes(a1, b1);
    const low = smallTimes(a0, b0) ^ high;
    return low | ((smallTimes(a0, b1) ^ smallTimes(a1, b0) ^ high) << 5);
  }

  const EXP = [1];
  for (let i = 0; i < 2 * FIELD_ORDER; i += 1) EXP.push(slowTimes(EXP[i], PRIMITIVE));
  const LOG = new Map(EXP.slice(0, FIELD_ORDER).map((power, exponent) => [power, exponent]));

  const modulo = (a, n) => ((a % n) + n) % n;
  const times = (a, b) => (a && b ? EXP[LOG.get(a) + LOG.get(b)] : 0);
  const over = (a, b) => (a ? EXP[modulo(LOG.get(a) - LOG.get(b), FIELD_ORDER)] : 0);
  const beta = (exponent) => EXP[modulo(BETA * exponent, FIELD_ORDER)];
  const valueAt = (polynomial, x) => polynomial.reduceRight((value, coefficient) => times(value, x) ^ coefficient, 0);

  /** The errors that leave `rest`: [how many symbols follow, what was added there]. Null: more than four. */
  function errorsOf(rest, length) {
    const symbols = lowest(rest, 13).reverse();
    const syndromes = range(0, 2 * ERRORS_MAX).map((i) => valueAt(symbols, beta(FIRST_ROOT + i)));
    const locator = massey(syndromes);
    const count = locator.length - 1;
    if (count < 1 || count > ERRORS_MAX) return null;
    const places = range(0, length).filter((place) => valueAt(locator, beta(-place)) === 0);
    if (places.length !== count) return null;
    const values = solved(places, syndromes);
    if (!values) return null;
    const found = places.map((place, i) => [place, over(values[i], beta(FIRST_ROOT * place))]);
    return found.every(([, value]) => value > 0 && value < 32) ? found : null; // an error is a symbol
  }

  /** The shortest recurrence that gives these syndromes; its zeros are the inverses of the places. */
  function massey(syndromes) {
    let [current, previous, length, gap, last] = [[1], [1], 0, 1, 1];
    syndromes.forEach((syndrome, n) => {
      let discrepancy = syndrome;
      for (let i = 1; i <= Math.min(length, current.length - 1); i += 1) {
        discrepancy ^= times(current[i], syndromes[n - i]);
      }
      if (!discrepancy) {
        gap += 1;
        return;
      }
      const factor = over(discrepancy, last);
      const shifted = [...Array(gap).fill(0), ...previous.map((coefficient) => times(factor, coefficient))];
      const changed = range(0, Math.max(current.length, shifted.length)).map(
        (i) => (current[i] || 0) ^ (shifted[i] || 0),
      );
      if (2 * length <= n) [previous, length, gap, last] = [current, n + 1 - length, 1, discrepancy];
      else gap += 1;
      current = changed;
    });
    while (!current[current.length - 1]) current.pop();
    return current;
  }

  /** Solve for what each place contributes, by elimination. */
  function solved(places, syndromes) {
    const rows = places.map((_, i) => [...places.map((place) => beta(place * i)), syndromes[i]]);
    for (let column = 0; column < places.length; column += 1) {
      const pivot = range(column, rows.length).find((row) => rows[row][column]);
      if (pivot === undefined) return null;
      [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
      const first = rows[column][column];
      rows[column] = rows[column].map((value) => over(value, first));
      for (let row = 0; row < rows.length; row += 1) {
        const factor = rows[row][column];
        if (row !== column && factor) {
          rows[row] = rows[row].map((value, i) => value ^ times(factor, rows[column][i]));
        }
      }
    }
    return rows.map((row) => row[row.length - 1]);
  }

  // ------------------------------------------------------------------------------------------------------- edits

  // More than one edit in a token.
  const RUN_MAX = 8; // a gap of nine fits six in a hundred thousand random bodies
  const RUN_CERTAIN = 6;
  const ILLEGAL_MAX = 4; // characters that are no symbols in a body worth a search
  const WRONG_CERTAIN = 3; // a string with five errors may lie within four of another token
  const ONE_WRONG = "token_one_character_wrong";
  const ONE_EXTRA = "token_character_extra";
  const ONE_MISSING = "token_character_missing";
  const TRANSPOSED = "token_characters_transposed";
  const SEVERAL_WRONG = "token_several_characters_wrong";
  const IN_PLACE = new Set([ONE_WRONG, "token_two_characters_wrong", SEVERAL_WRONG]);
  const wrongOf = (count) => WRONG_OF[count] || SEVERAL_WRONG;

  /** Explain a body that no single edit explains, by the fewest: two of them, a run, or up to four wrong symbols. */
  function severalEdits(tables, body) {
    const symbols = legal(body);
    const gap = body.length - tables.length;
    let found = null;
    if (gap === 0) found = twoWrong(tables, symbols) || missingAndExtra(tables, symbols) || manyWrong(tables, symbols);
    else if (gap === -1) found = missingAndWrong(tables, symbols);
    else if (gap === 1) found = extraAndWrong(tables, symbols);
    else if (gap === -2) found = runMissing(tables, symbols) || twoMissing(tables, symbols);
    else if (gap === 2) found = twoExtra(tables, symbols);
    else if (gap >= -RUN_MAX && gap < 0) found = runMissing(tables, symbols);
    return withIllegal(found, illegalIn(body));
  }

  /** Explain a body by two wrong symbols, or two that changed places: quick enough for an answer.
   *
   * The code of an appKey has distance five: no two keys are within two symbols of one body. Yet one random body in
   * 4,800 is that near to some key, so that two wrong symbols of a key are likely, where those of a token are certain.
   */
  function quickEdits(tables, body) {
    if (body.length !== tables.length || illegalIn(body).length > ILLEGAL_MAX) return null;
    const [illegal, symbols] = [illegalIn(body), legal(body)];
    const single = illegal.length === 1 ? tables.singles.get(tables.of(symbols)) : null;
    const among = tables === KEYS ? illegal : []; // of a key, a third is too many
    const found = withIllegal(
      single ? asFix(symbols, [single]) : twoWrong(tables, symbols, among), illegal, // a nought belongs, or none
    );
    const sure = tables === TOKENS || !found || found.edits[0].cause === TRANSPOSED;
    return sure ? found : { ...found, confidence: LIKELY };
  }

  /** What was read as nought must be among what was wrong; where a nought belongs, it is one more. */
  function withIllegal(found, illegal) {
    if (!found) return null;
    if (illegal.length && found.edits[0].cause === TRANSPOSED) { // it was no nought
      return withIllegal({ ...found, edits: [{ ...found.edits[0], cause: WRONG_OF[2] }] }, illegal);
    }
    const explained = new Set(found.edits.filter((one) => one.cause !== ONE_MISSING).flatMap((one) => one.indices));
    if (illegal.every((index) => explained.has(index))) return found;
    if (found.edits.some((one) => !IN_PLACE.has(one.cause))) return null;
    const indices = [...new Set([...found.edits.flatMap((one) => one.indices), ...illegal])].sort((a, b) => a - b);
    return fix(wrongOf(indices.length), indices, found.symbols, found.confidence);
  }

  /** Two errors, those among them where no symbol stands. */
  function twoWrong(tables, body, among = []) {
    const rest = tables.of(body);
    for (const [single, [first, error]] of tables.singles) {
      const other = tables.singles.get(single ^ rest);
      if (!other || other[0] <= first || !among.every((index) => index === first || index === other[0])) continue;
      return asFix(body, [[first, error], other]);
    }
    return null;
  }

  /** The fix that adds these errors to a body. */
  function asFix(body, found) {
    const whole = [...body];
    for (const [index, error] of found) whole[index] ^= error;
    const indices = found.map(([index]) => index).sort((a, b) => a - b);
    const [first, second] = indices;
    const exchanged = indices.length === 2 && whole[first] === body[second] && whole[second] === body[first];
    return fix(exchanged ? TRANSPOSED : wrongOf(indices.length), indices, whole);
  }

  function manyWrong(tables, body) {
    const found = errorsOf(tables.of(body), tables.length);
    if (!found) return null;
    const whole = [...body];
    for (const [after, error] of found) whole[tables.last - after] ^= error;
    if (tables.of(whole) !== 0n) return null;
    const indices = found.map(([after]) => tables.last - after).sort((a, b) => a - b);
    return fix(wrongOf(indices.length), indices, whole, indices.length <= WRONG_CERTAIN ? CERTAIN : LIKELY);
  }

  function runMissing(tables, body) {
    const count = tables.length - body.length;
    const [heads, tails] = tables.halves(body);
    for (let index = 0; index <= body.length; index += 1) {
      const lost = tables.trapped(heads[index] ^ tails[index], body.length - index, count);
      if (lost) {
        const whole = [...body.slice(0, index), ...lost, ...body.slice(index)];
        return fix("token_characters_missing", [index], whole, count <= RUN_CERTAIN ? CERTAIN : LIKELY, count);
      }
    }
    return null;
  }

  function missingAndWrong(tables, body) {
    const [heads, tails] = tables.halves(body);
    for (let index = 0; index < tables.length; index += 1) {
      const rest = heads[index] ^ tails[index];
      for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
        const found = tables.singles.get(rest ^ tables.weights[tables.last - index][symbol]);
        if (!found || found[0] === index) continue;
        const [other, error] = found;
        const whole = inserted(body, index, symbol);
        whole[other] ^= error;
        return fixOf([edit(ONE_WRONG, [other < index ? other : other - 1]), edit(ONE_MISSING, [index])], whole);
      }
    }
    return null;
  }

  function extraAndWrong(tables, body) {
    const [heads, tails] = tables.halves(body);
    for (let index = 0; index < body.length; index += 1) {
      const found = tables.singles.get(heads[index] ^ tails[index + 1]);
      if (!found) continue;
      const [other, error] = found;
      const whole = removed(body, index);
      whole[other] ^= error;
      return fixOf([edit(ONE_WRONG, [other < index ? other : other + 1]), edit(ONE_EXTRA, [index])], whole);
    }
    return null;
  }

  function twoMissing(tables, body) {
    const [heads, tails] = tables.halves(body);
    const between = shifted(tables, body, 1);
    for (let first = 0; first < body.length; first += 1) {
      const weights = tables.weights[tables.last - first];
      for (let second = first + 1; second <= body.length; second += 1) {
        const rest = heads[first] ^ between[first] ^ between[second] ^ tails[second];
        for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
          const other = rest ^ weights[symbol];
          const found = tables.singles.get(other);
          if (other !== 0n && (!found || found[0] !== second + 1)) continue;
          const lost = found ? found[1] : 0;
          const whole = [...body.slice(0, first), symbol, ...body.slice(first, second), lost, ...body.slice(second)];
          return fixOf([edit(ONE_MISSING, [first]), edit(ONE_MISSING, [second])], whole);
        }
      }
    }
    return null;
  }

  function twoExtra(tables, body) {
    const [heads, tails] = tables.halves(body);
    const between = shifted(tables, body, -1);
    for (let first = 0; first < body.length - 1; first += 1) {
      for (let second = first + 1; second < body.length; second += 1) {
        if ((heads[first] ^ between[first + 1] ^ between[second] ^ tails[second + 1]) !== 0n) continue;
        return fixOf(
          [edit(ONE_EXTRA, [first]), edit(ONE_EXTRA, [second])], removed(removed(body, second), first),
        );
      }
    }
    return null;
  }

  /** One symbol was lost, and one that does not belong came in before or after it. */
  function missingAndExtra(tables, body) {
    const [heads, tails] = tables.halves(body);
    const later = shifted(tables, body, 1);
    const earlier = shifted(tables, body, -1);
    for (let extra = 0; extra < body.length; extra += 1) {
      for (let missing = 0; missing < body.length; missing += 1) {
        const rest = missing < extra
          ? heads[missing] ^ later[missing] ^ later[extra] ^ tails[extra + 1]
          : heads[extra] ^ earlier[extra + 1] ^ earlier[missing + 1] ^ tails[missing + 1];
        const found = tables.singles.get(rest);
        if (rest !== 0n && (!found || found[0] !== missing)) continue;
        const whole = inserted(removed(body, extra), missing, found ? found[1] : 0);
        const place = missing < extra ? missing : missing + 1;
        return fixOf([edit(ONE_MISSING, [place]), edit(ONE_EXTRA, [extra])], whole);
      }
    }
    return null;
  }

  /** What stands before each index, every symbol counted as `by` places further on. */
  function shifted(tables, body, by) {
    const last = tables.last - by; // a symbol that would fall off the end is never asked for
    return sums(body.map((symbol, index) => tables.weights[Math.max(last - index, 0)][symbol]), 0n);
  }

  // ------------------------------------------------------------------------------------------------------ native

  const READ_AS = { o: "0", i: "1", l: "1", u: "v" }; // Crockford's reading of letters that are not in the alphabet
  const SYMBOL_OF = new Map(VALUES);
  for (const [letter, symbol] of Object.entries(READ_AS)) SYMBOL_OF.set(letter, VALUES.get(symbol));
  for (const [letter, value] of [...SYMBOL_OF]) SYMBOL_OF.set(letter.toUpperCase(), value);
  const symbolsOf = (letters) => letters.map((letter) => (SYMBOL_OF.has(letter) ? SYMBOL_OF.get(letter) : ILLEGAL));

  const CONFUSABLE = new Set("oiluOILU");
  const CONFUSED = "token_confusable_characters";
  const TYPED_AS_TWO = { rn: "m", vv: "w", cl: "d" };
  const PREFIX = 4;
  // What is read, and what was meant, where hands and system think of two keyboards. ABNT2 is not among them: it has
  // letters, digits, hyphen and underscore where a US keyboard has them, and only the marks around a value change places.
  const LAYOUTS = [
    ["yz", "zy"], // QWERTZ, either way
    ["aqzw,à&é\"'(-è_ç", "qawzm0123456789"], // typed as on a US keyboard, read as AZERTY
    ["aqzw;)!@#$%^&*(", "qawzm0123456789"], // typed as on AZERTY, digits with Shift, read as US
  ].map(([seen, meant]) => new Map(Array.from(seen, (letter, place) => [letter, meant[place]])));
  const HEAD_MAX = 6; // what may stand in place of a prefix of four
  const CHECK_MIN = 4; // symbols of a check part that must agree before an end is supplied: 20 bits
  const WHOLE = new RegExp([KEY_CODE, TOKEN_CODE].map((code) => `${code.prefix}_[${ALPHABET}]{${code.length}}`).join("|"), "g");
  const OTHER_PREFIX = /^([a-z0-9]{1,8})_([0-9a-z]+)$/;
  const FIELDS = new Map([[KEY_CODE.prefix, KEY], [TOKEN_CODE.prefix, TOKEN]]);
  const TABLES = new Map([[KEY, KEYS], [TOKEN, TOKENS]]);
  const HEAD_MISSING_MAX = { key: 2, token: 8 };

  /** Which of the two a text is a well-formed native value of. */
  function nativeWhole(text) {
    const kind = FIELDS.get(text.slice(0, 3));
    if (!kind || text[3] !== "_") return null;
    return TABLES.get(kind).holds(Array.from(text.slice(4), valueOf)) ? kind : null;
  }

  const nativeEmbedded = (text) =>
    [...text.matchAll(WHOLE)]
      .map((found) => [found.index, found.index + found[0].length, nativeWhole(found[0])])
      .filter(([, , kind]) => kind);

  /** The prefix of another installation's value, if its check part holds under that prefix and not under ours. */
  function otherEnvironment(text) {
    const found = OTHER_PREFIX.exec(text);
    if (!found || FIELDS.has(found[1])) return null;
    for (const [kind, tables] of TABLES) {
      const symbols = Array.from(found[2], valueOf);
      if (symbols.length !== tables.length || symbols.includes(ILLEGAL)) continue;
      if (tables.code.residue(symbols, found[1]) === tables.code.target) return [kind, found[1]];
    }
    return null;
  }

  /** Read a value that has, or may once have had, the native format. Null: nothing speaks for it. */
  function nativeExamine(value, depth) {
    const head = value.letters.slice(0, PREFIX).join("").toLowerCase();
    const kind = head.slice(3) === "_" ? FIELDS.get(head.slice(0, 3)) : null;
    return kind ? prefixed(value, kind, depth) : unprefixed(value);
  }

  function prefixed(value, kind, depth) {
    const tables = TABLES.get(kind);
    const body = value.letters.slice(PREFIX);
    const symbols = symbolsOf(body);
    let found = fixed(tables, body, symbols, depth);
    if (!found && tables === KEYS) found = quickEdits(tables, symbols); // without its prefix, it may be anybody's
    if (!found) return { kind, findings: [beyondRepair(value, tables, symbols)], repaired: null };
    return { kind, findings: toldOf(value, PREFIX, found, tables), repaired: written(tables, found.symbols) };
  }

  function fixed(tables, letters, symbols, depth) {
    if (tables.holds(symbols)) return fixOf([], symbols);
    const found = tables.oneEdit(symbols)
      || oneTypedAsTwo(tables, letters)
      || otherKeyboard(tables, letters)
      || tables.cutTail(symbols, CHECK_MIN)
      || tables.extraRun(symbols);
    if (found || tables !== TOKENS) return found;
    return depth > 1 ? severalEdits(tables, symbols) : quickEdits(tables, symbols);
  }

  /** Letters that change places between two keyboards, typed on the other one. */
  function otherKeyboard(tables, letters) {
    if (letters.length !== tables.length) return null;
    for (const layout of LAYOUTS) {
      const lower = Array.from(letters.join("").toLowerCase());
      const symbols = symbolsOf(lower.map((letter) => layout.get(letter) || letter));
      if (tables.holds(symbols)) {
        const indices = range(0, lower.length).filter((index) => layout.has(lower[index]));
        return fix(wrongOf(indices.length), indices, symbols);
      }
    }
    return null;
  }

  /** `rn` for m, `vv` for w: one look-up for each place where these stand. */
  function oneTypedAsTwo(tables, letters) {
    if (letters.length !== tables.length + 1) return null;
    for (let index = 0; index < letters.length - 1; index += 1) {
      const once = TYPED_AS_TWO[(letters[index] + letters[index + 1]).toLowerCase()];
      if (!once) continue;
      const symbols = symbolsOf([...letters.slice(0, index), once, ...letters.slice(index + 2)]);
      if (tables.holds(symbols)) return fix(CONFUSED, [index, index + 1], symbols);
    }
    return null;
  }

  /** Read a value whose prefix was lost or changed. Only a check part that holds can speak for it. */
  function unprefixed(value) {
    for (const [kind, tables] of TABLES) {
      const start = value.length - tables.length;
      const body = value.letters.slice(Math.max(start, 0));
      const symbols = symbolsOf(body);
      if (start >= 0 && start <= HEAD_MAX) {
        const crossed = start === PREFIX && value.letters[start] === "_" ? uncrossed(value.letters, kind) : null;
        if (crossed) {
          const facts = { positions: value.positions([3, 4]) };
          return { kind, findings: [finding("token_characters_transposed", facts)], repaired: crossed };
        }
        const found = fixed(tables, body, symbols, 1);
        if (found) {
          const damaged = finding("token_prefix_damaged", { prefix: `${tables.code.prefix}_` });
          const findings = [damaged, ...toldOf(value, start, found, tables)];
          return { kind, findings, repaired: written(tables, found.symbols) };
        }
      }
      if (start < 0) {
        const found = tables.cutHead(symbols, HEAD_MISSING_MAX[kind]);
        if (found && (kind === KEY || found.symbols[0] === 1)) { // the first symbol of a token is its version
          return { kind, findings: toldOf(value, 0, found, tables), repaired: written(tables, found.symbols) };
        }
      }
    }
    return null;
  }

  /** The value in which the underscore and the letter after it changed places. */
  function uncrossed(letters, kind) {
    const straight = [...letters.slice(0, 3), "_", letters[3], ...letters.slice(5)].join("");
    return nativeWhole(straight) === kind ? straight : null;
  }

  const written = (tables, symbols) => `${tables.code.prefix}_${symbols.map((symbol) => ALPHABET[symbol]).join("")}`;

  /** The findings of a repaired value: letters read otherwise, then the edits. */
  function toldOf(value, start, found, tables) {
    const findings = [];
    const typedAsTwo = found.edits.filter((one) => one.cause === CONFUSED).flatMap((one) => one.indices);
    const edited = new Set(found.edits.flatMap((one) => one.indices).map((index) => start + index));
    const others = range(0, value.length).filter((index) => !edited.has(index));
    const capitals = others.filter(
      (index) => /^\p{Uppercase}$/u.test(value.letters[index]) && !CONFUSABLE.has(value.letters[index]),
    );
    if (capitals.length) findings.push(finding("token_letter_case_changed", { positions: value.positions(capitals) }));
    const confused = others.filter((index) => index >= start && CONFUSABLE.has(value.letters[index]));
    confused.push(...typedAsTwo.map((index) => start + index));
    if (confused.length) findings.push(finding(CONFUSED, { positions: value.positions(confused) }));
    for (const one of found.edits) {
      if (one.cause !== CONFUSED) findings.push(finding(one.cause, factsOf(value, start, one, tables), found.confidence));
    }
    return findings;
  }

  function factsOf(value, start, one, tables) {
    const known = {
      position: value.position(start + one.indices[0]),
      positions: one.indices.map((index) => value.position(start + index)),
      count: one.count,
      length: value.length,
      length_expected: tables.length + PREFIX,
    };
    return Object.fromEntries(CAUSES[one.cause].slice(1).map((name) => [name, known[name]]));
  }

  function beyondRepair(value, tables, symbols) {
    if (!symbols.includes(ILLEGAL) && symbols.length < tables.code.data + CHECK_MIN) {
      return finding("token_truncated", { length: value.length, length_expected: tables.length + PREFIX });
    }
    return finding("token_mistyped_beyond_repair", { length: value.length }, CANNOT_KNOW);
  }

  // -------------------------------------------------------------------------------------------------------- VTEX

  // VTEX's shape has no check part, so only length, alphabet and letter case can speak.
  const KEY_PREFIX = "vtexappkey";
  const KEY_LETTERS = 6;
  const VTEX_KEY_INSIDE = /vtexappkey-[a-z0-9]{1,32}-[A-Z]{6}(?:(?![A-Za-z0-9])|(?=vtexappkey-))/g;
  const VTEX_TOKEN_INSIDE = /(?<![A-Za-z0-9])[A-Z]{128}(?![A-Za-z0-9])/g;
  const VTEX_KEY_LIKE = /^([A-Za-z]{5,13})[-_ ]([A-Za-z0-9]{1,32})[-_ ]([A-Za-z0-9]{1,12})$/;
  const VTEX_TRUNCATED_MIN = 40; // fewer capitals in a row are as likely something else
  const VTEX_EXTRA_MAX = 32;
  const VTEX_WRONG_MAX = 4;
  const ALIKE_MIN = 0.8;

  function vtexWhole(text) {
    if (VTEX_KEY.test(text)) return KEY;
    return /^[A-Z]{128}$/.test(text) ? TOKEN : null;
  }

  function* vtexEmbedded(text) {
    for (const found of text.matchAll(VTEX_KEY_INSIDE)) yield [found.index, found.index + found[0].length, KEY];
    for (const found of text.matchAll(VTEX_TOKEN_INSIDE)) yield [found.index, found.index + found[0].length, TOKEN];
  }

  function vtexExamine(value) {
    const found = VTEX_KEY_LIKE.exec(value.text);
    if (found) return vtexKey(value, found);
    return value.length >= VTEX_TRUNCATED_MIN && isAscii(value.text) ? vtexToken(value) : null;
  }

  /** How alike two words are, from 0 to 1: twice what they share, block by longest block, of what both have. */
  function alike(a, b) {
    const shared = (one, two) => {
      let [from, to, size] = [0, 0, 0];
      for (let i = 0; i < one.length; i += 1) {
        for (let j = 0; j < two.length; j += 1) {
          let k = 0;
          while (i + k < one.length && one[i + k] === two[j + k]) k += 1;
          if (k > size) [from, to, size] = [i, j, k];
        }
      }
      if (!size) return 0;
      return size + shared(one.slice(0, from), two.slice(0, to)) + shared(one.slice(from + size), two.slice(to + size));
    };
    return (2 * shared(a, b)) / (a.length + b.length);
  }

  function vtexKey(value, [text, prefix, account, letters]) {
    const likeness = alike(prefix.toLowerCase(), KEY_PREFIX);
    if (likeness < ALIKE_MIN) return null;
    const start = text.length - letters.length;
    const findings = [];
    let repaired = `${KEY_PREFIX}-${account.toLowerCase()}-${letters.toUpperCase()}`;
    if (likeness < 1 || text[prefix.length] !== "-" || text[start - 1] !== "-") {
      findings.push(finding("token_prefix_damaged", { prefix: `${KEY_PREFIX}-` }, LIKELY));
    }
    const changed = range(0, text.length).filter((i) => (i < start ? /[A-Z]/ : /[a-z]/).test(text[i]));
    if (changed.length) findings.push(finding("token_letter_case_changed", { positions: value.positions(changed) }, LIKELY));
    const digits = range(start, text.length).filter((i) => /[0-9]/.test(text[i]));
    if (letters.length !== KEY_LETTERS) {
      findings.push(vtexLength(value, start + KEY_LETTERS));
      repaired = null;
    } else if (digits.length) {
      findings.push(vtexConfused(value, digits));
      repaired = lettersForDigits(repaired, start + KEY_PREFIX.length - prefix.length);
    }
    if (repaired === null || !VTEX_KEY.test(repaired)) {
      return findings.length ? { kind: KEY, findings, repaired: null } : null;
    }
    return { kind: KEY, findings, repaired };
  }

  function vtexToken(value) {
    const { text, length } = value;
    const strange = range(0, length).filter((i) => !/[A-Za-z]/.test(text[i]));
    const lower = range(0, length).filter((i) => /[a-z]/.test(text[i]));
    if (length === VTEX_TOKEN_LENGTH && strange.length <= VTEX_WRONG_MAX) return vtexWholeToken(value, strange, lower);
    if (strange.length || lower.length || length > VTEX_TOKEN_LENGTH + VTEX_EXTRA_MAX) return null;
    return { kind: TOKEN, findings: [vtexLength(value, VTEX_TOKEN_LENGTH)], repaired: null };
  }

  function vtexWholeToken(value, strange, lower) {
    const findings = [];
    const upper = value.text.toUpperCase();
    if (lower.length) findings.push(finding("token_letter_case_changed", { positions: value.positions(lower) }, LIKELY));
    if (strange.length && lower.length > strange.length) return null; // digits among small letters: as likely another's
    if (!strange.length) return { kind: TOKEN, findings, repaired: upper };
    if (strange.every((i) => "01".includes(value.text[i]))) {
      findings.push(vtexConfused(value, strange));
      return { kind: TOKEN, findings, repaired: lettersForDigits(upper, 0) };
    }
    const positions = value.positions(strange);
    findings.push(finding(wrongOf(strange.length), strange.length === 1 ? { position: positions[0] } : { positions }));
    return { kind: TOKEN, findings, repaired: null };
  }

  const vtexConfused = (value, digits) => finding(CONFUSED, { positions: value.positions(digits) }, LIKELY);

  /** A nought is the letter O; a one may be I or L, so that nothing is supposed. */
  function lettersForDigits(text, start) {
    const read = text.slice(0, start) + text.slice(start).replace(/0/g, "O");
    return /^[A-Za-z]+$/.test(read.slice(start)) ? read : null;
  }

  /** Too short or too long: where, nobody can tell without a check part. */
  function vtexLength(value, expected) {
    const { length } = value;
    if (length < expected) return finding("token_truncated", { length, length_expected: expected }, LIKELY);
    const position = value.position(expected);
    if (length === expected + 1) return finding(ONE_EXTRA, { position }, CANNOT_KNOW);
    return finding("token_characters_extra", { position, count: length - expected }, CANNOT_KNOW);
  }

  // ----------------------------------------------------------------------------------------------------- foreign

  const whole = (source, flags = "u") => new RegExp(`^(?:${source})$`, flags);
  const VENDORS = [
    ["JWT", "eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{4,}\\.[A-Za-z0-9_-]*"],
    ["GitHub", "gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{20,}"],
    ["GitLab", "gl(?:pat|dt|rt|cbt|ptt|soat|ft|oas)-[A-Za-z0-9_.-]{20,}"],
    ["Stripe", "(?:[sr]k|pk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{20,}"],
    ["AWS", "(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}"],
    ["Slack", "xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}"],
    ["Google", "AIza[A-Za-z0-9_-]{35}|ya29\\.[A-Za-z0-9._-]{20,}|GOCSPX-[A-Za-z0-9_-]{28}"],
    ["Anthropic", "sk-ant-[A-Za-z0-9_-]{20,}"],
    ["OpenAI", "sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{20,}"],
    ["SendGrid", "SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}"],
    ["Twilio", "(?:SK|AC)[0-9a-f]{32}"],
    ["npm", "npm_[A-Za-z0-9]{36}"],
    ["PyPI", "pypi-[A-Za-z0-9_-]{50,}"],
    ["Shopify", "shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"],
    ["Mercado Pago", "(?:APP_USR|TEST)-[0-9a-f-]{20,}"],
    ["Square", "sq0[a-z]{3}-[A-Za-z0-9_-]{22,}|EAAA[A-Za-z0-9_-]{60}"],
    ["DigitalOcean", "do[opr]_v1_[a-f0-9]{64}"],
    ["Hugging Face", "hf_[A-Za-z0-9]{30,}"],
    ["Telegram", "[0-9]{8,10}:[A-Za-z0-9_-]{35}"],
    ["Mailgun", "key-[0-9a-f]{32}"],
    ["UUID", "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"],
  ].map(([name, source]) => [name, whole(source)]);
  const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/;

  const PLACEHOLDER_WORDS = new Set(
    ("null none nil undefined nan todo tbd changeme change-me replaceme replace-me string example placeholder secret "
      + "token key value test dummy foo bar n/a appkey apptoken app_key app_token app-key app-token apikey api_key "
      + "api-key x-vtex-api-appkey x-vtex-api-apptoken true false empty undefined-undefined").split(" "),
  );
  const INSIDE = "[^{}<>\\[\\]%\"']{1,60}";
  const YOURS = `(?:(?:${["insert", "put", "enter", "paste", "add"].map(anyCase).join("|")})[-_ ])?`
    + `(?:${["your", "my", "seu", "sua", "tu", "su"].map(anyCase).join("|")})[-_ ]?[${LETTERS}][${LETTERS}_ -]{2,60}`;
  const PLACEHOLDERS = [
    ["[object Object]", "\\[object [A-Z][A-Za-z]{2,20}\\]"],
    ["{{…}}", `\\{\\{${INSIDE}\\}\\}`],
    ["${…}", `\\$\\{\\{?${INSIDE}\\}?\\}`],
    ["$(…)", "\\$\\([^()]{1,60}\\)"],
    ["{…}", `\\{${INSIDE}\\}`],
    ["<…>", `<${INSIDE}>`],
    ["[…]", "\\[[A-Za-z][A-Za-z _-]{1,60}\\]"],
    ["%…%", "%[A-Za-z_][A-Za-z0-9_]{1,60}%"],
    ["$…", "\\$(?:env:)?[A-Za-z_][A-Za-z0-9_]{1,60}"],
    ["@…", "@@?[A-Z_]{3,60}@?@?"],
    ["your…", YOURS],
    ["env", "(?:process\\.env|os\\.environ|ENV|env)[.\\[\"'(][A-Za-z_\"'\\])]{2,60}"],
    ["xxx…", "([^\\n])\\1{2,}|[xX]{2,}(?:-[xX]{2,})+"],
  ].map(([name, source]) => [name, whole(source)]);
  const LOOKS_OURS = new RegExp(
    `${anyCase("cv")}[${OTHER_CASES.k}tT]_[0-9${LETTERS}]{8}|${anyCase(KEY_PREFIX)}-[${LETTERS}0-9]+-[${LETTERS}]{6}`
      + `|[${LETTERS}]{64}`,
    "u",
  );
  const PLACEHOLDER_MAX = 100;

  const DOTS = "*•·●∙⋆▪█";
  const MASK = new RegExp(
    `[${DOTS}]{2,}|…|(?<=[0-9A-Za-z])\\.{3,}(?=[0-9A-Za-z])|^cv[kt]_[${WORD}]*\\.{3,}|(?<=_)[xX]{4,}`, "u",
  );
  const UNMASKED = whole(`[0-9A-Za-z_()${DOTS}….\\-]{1,200}`);

  /** Whose credential this is, by its published form. */
  function vendor(text) {
    if (PRIVATE_KEY.test(text)) return "PEM";
    const found = VENDORS.find(([, form]) => form.test(text));
    return found ? found[0] : null;
  }

  /** The form of a placeholder that nobody filled in. */
  function placeholder(sent) {
    const text = strip(sent);
    if (Array.from(text).length > PLACEHOLDER_MAX || LOOKS_OURS.test(text)) return null;
    const bare = stripOf(text, "\"'`").toLowerCase();
    if (PLACEHOLDER_WORDS.has(bare)) return bare;
    const found = PLACEHOLDERS.find(
      ([name, form]) => form.test(text) && (name !== "xxx…" || !`${DOTS}.…`.includes(text[0])),
    );
    return found ? found[0] : null;
  }

  /** Whether this is a display that hides its middle. */
  const isMasked = (text) => MASK.test(text) && UNMASKED.test(stripOf(text, " \"'"));

  // -------------------------------------------------------------------------------------------------- decoration

  const OPENING = new Set("\"'`´“”‘’‚„«‹‛‟([{<＂＇「『");
  const CLOSING = new Set("\"'`´“”‘’»›‛‟)]}>＂＇」』");
  const PARTNERS = new Map(["()", "[]", "{}", "<>", "“”", "‘’", "«»"].flatMap(([one, other]) => [[one, other], [other, one]]));
  // Quotes and brackets that were typed as on a US keyboard and read as ABNT2, or the other way round. There some are
  // dead keys, and may have become one letter with the first of the value.
  const MISPLACED = new Map([["^", "^"], ["~", "~"], ["´", "["], ["`", "{"], ["]", "\\"], ["}", "|"], ["{", "{"], ["[", "["]]);
  const FUSED = new Map([["ĉ", "^"], ["Ĉ", "^"], ["ć", "["], ["Ć", "["], ["ṽ", "~"], ["Ṽ", "~"]]);
  const PUNCTUATION = new Set(".,;:!?|/\\&#~…·");
  const LINE_BREAKS = new Set("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029");
  const BLANK = new RegExp(`^[${SPACE}\\u2800]$`, "u");
  // Controls and format characters (Unicode's Cc and Cf), and letters and marks that draw nothing.
  const INVISIBLE = new RegExp(
    "^[\\x00-\\x08\\x0e-\\x1b\\x7f-\\x84\\x86-\\x9f\\u00ad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891"
      + "\\u08e2\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u206f"
      + "\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb\\u{e0001}-\\u{e007f}]$",
    "u",
  );
  const SCHEMES = ["Bearer", "Basic", "Token", "ApiKey", "Api-Key", "AppKeyToken", "Digest", "JWT", "OAuth"];
  const SCHEME = new RegExp(
    `^(${SCHEMES.map(anyAsciiCase).join("|")})(?:[ \\t]+:?[ \\t]*|:[ \\t]+)(?=[^${SPACE}])`, "u",
  );
  const LABEL = new RegExp(
    `^(?!cv[kt]_|vtexappkey-)[-$]{0,3}[A-Za-z][${WORD}.$:\\[\\]"' \\-]{0,80}?["'\\]~^]{0,2}[${SPACE}]{0,3}`
      + `(?:=>|:=|[:=]|\\||[Çç?](?=[${SPACE}]))[${SPACE}]{0,3}(?=[^=${SPACE}])`,
    "u",
  );
  const REST_MIN = 4; // what follows a label, to be worth a look
  const ROUNDS = 8;
  const TWICE_MIN = 16; // characters that hardly repeat by chance

  /** A value without what stood around it, and what that was. */
  class Peeled {
    constructor(value, causes = new Map()) {
      this.value = value;
      this.causes = causes;
    }

    /** One more layer taken off; marks and positions of the same cause are put together. */
    andOf(value, cause, facts = {}) {
      const merged = { ...this.causes.get(cause) };
      for (const [name, fact] of Object.entries(facts)) {
        if (!(name in merged)) merged[name] = fact;
        else if (name !== "position") merged[name] = Array.isArray(fact) ? [...merged[name], ...fact] : merged[name] + fact;
      }
      return new Peeled(value, new Map(this.causes).set(cause, merged));
    }

    /** What was taken off, in the order in which causes are told. */
    get findings() {
      const labelled = this.causes.has("token_label_prefix"); // quotation marks belong to the label's own syntax
      return [...this.causes]
        .filter(([cause]) => !(labelled && cause === "token_surrounding_quotes"))
        .sort(([a], [b]) => ORDER.get(a) - ORDER.get(b))
        .map(([cause, facts]) => finding(cause, inOrder(facts)));
    }
  }

  /** Positions in rising order, each with its code point. */
  function inOrder(facts) {
    if (!facts.positions || !facts.code_points) return facts;
    const pairs = facts.positions.map((position, i) => [position, facts.code_points[i]]);
    pairs.sort(([p, c], [q, d]) => p - q || (c < d ? -1 : Number(c > d)));
    return { positions: pairs.map(([position]) => position), code_points: pairs.map(([, point]) => point) };
  }

  const where = (value, indices) => ({
    positions: indices.map((index) => value.at[index]),
    code_points: indices.map((index) => codePoint(value.letters[index])),
  });

  /** Take out characters that have no width. */
  function visible(value) {
    const gone = range(0, value.length).filter((index) => INVISIBLE.test(value.letters[index]));
    const peeled = new Peeled(value);
    if (!gone.length) return peeled;
    return peeled.andOf(value.without(gone), "token_invisible_characters", where(value, gone));
  }

  /** Take off, layer by layer, what stands around a value. */
  function outside(peeled) {
    for (let round = 0; round < ROUNDS; round += 1) {
      const shorter = oneLayer(peeled);
      if (!shorter) break;
      peeled = shorter;
    }
    return peeled;
  }

  /** Take out blanks and line breaks between a value's characters. */
  function inside(peeled) {
    const { value } = peeled;
    const blank = range(0, value.length).filter((index) => BLANK.test(value.letters[index]));
    if (!blank.length) return peeled;
    const broken = blank.some((index) => LINE_BREAKS.has(value.letters[index]));
    const cause = broken ? "token_line_break_inside" : "token_space_inside"; // indentation is part of a line break
    return peeled.andOf(value.without(blank), cause, where(value, blank));
  }

  /** The half of a value that was pasted twice, with at most two characters between. */
  function once(value) {
    for (let gap = 0; gap < 3; gap += 1) {
      const half = (value.length - gap) / 2;
      if (!Number.isInteger(half) || half < TWICE_MIN) continue;
      if (value.letters.slice(0, half).join("") === value.letters.slice(half + gap).join("")) return value.cut(0, half);
    }
    return null;
  }

  function oneLayer(peeled) {
    const { value } = peeled;
    const { letters, text, length } = value;
    let [start, end] = [0, length];
    while (start < end && BLANK.test(letters[start])) start += 1;
    while (end > start && BLANK.test(letters[end - 1])) end -= 1;
    if (end - start < length) {
      const gone = [...range(0, start), ...range(end, length)];
      return peeled.andOf(value.cut(start, end), "token_outer_whitespace", where(value, gone));
    }
    if (length < REST_MIN) return null;
    const scheme = SCHEME.exec(text);
    if (scheme) {
      const name = SCHEMES.find((one) => one.toLowerCase() === scheme[1].toLowerCase());
      return peeled.andOf(value.cut(value.index(scheme[0].length)), "token_scheme_prefix", { scheme: name });
    }
    const last = letters[length - 1];
    if (last === MISPLACED.get(letters[0]) || last === FUSED.get(letters[0])) {
      const begun = MISPLACED.has(letters[0]) ? 1 : 0;
      const marks = letters.slice(0, begun).join("") + last;
      return peeled.andOf(value.cut(begun, -1), "token_surrounding_quotes", { marks });
    }
    let [opened, closed] = [OPENING.has(letters[0]), CLOSING.has(last)];
    const mark = opened ? letters[0] : last;
    if (opened !== closed && letters.slice(1, -1).includes(PARTNERS.get(mark) ?? mark)) {
      [opened, closed] = [false, false]; // such as `value (production)`: they surround something else
    }
    if (opened || closed) {
      const marks = (opened ? letters[0] : "") + (closed ? last : "");
      return peeled.andOf(value.cut(opened ? 1 : 0, closed ? -1 : undefined), "token_surrounding_quotes", { marks });
    }
    if (PUNCTUATION.has(last)) return peeled.andOf(value.cut(0, -1), "token_trailing_punctuation", { marks: last });
    const label = LABEL.exec(text);
    if (label && length - value.index(label[0].length) >= REST_MIN) {
      const rest = value.cut(value.index(label[0].length));
      return peeled.andOf(rest, "token_label_prefix", { position: rest.position(0) });
    }
    return null;
  }

  // ---------------------------------------------------------------------------------------------------- encoding

  // UTF-8 read as latin-1, and as Windows-1252, which puts these characters on 0x80 to 0x9F.
  const WINDOWS = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";
  const BYTE_OF = new Map(Array.from(WINDOWS, (letter, place) => [letter, 0x80 + place]));
  const TAIL = `\\u0080-\\u00bf${WINDOWS.replace(/[\x80-\x9f]/g, "")}`;
  const MOJIBAKE = new RegExp(
    `[\\u00c2-\\u00df][${TAIL}]|[\\u00e0-\\u00ef][${TAIL}]{2}|[\\u00f0-\\u00f4][${TAIL}]{3}`, "gu",
  );
  const PERCENT = /(?:%[0-9A-Fa-f]{2})+/g;
  const ESCAPE = /\\(?:u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\}|x[0-9A-Fa-f]{2}|[0-7]{3}|[nrtbfv"'`/_\\-])/g;
  const ENTITY = /&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});/g;
  const BASE64 = /^[A-Za-z0-9+/_-]{24,}={0,2}$/;
  const MEANING = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v" };
  const BASE64_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  // The named entities of HTML: what each stands for, and its names; `*`: also where no semicolon follows.
  const ENTITIES = new Map();
  const ENTITIES_BARE = new Map();
  for (const row of [
    // begin of what tests/doctor/test_entities.py derives
    "9:Tab a:NewLine 21:excl 22:QUOT*,quot* 23:num 24:dollar 25:percnt 26:AMP*,amp* 27:apos 28:lpar 29:rpar",
    "2a:ast,midast 2b:plus 2c:comma 2e:period 2f:sol 3a:colon 3b:semi 3c:LT*,lt* 3c.20d2:nvlt 3d:equals 3d.20e5:bne",
    "3e:GT*,gt* 3e.20d2:nvgt 3f:quest 40:commat 5b:lbrack,lsqb 5c:bsol 5d:rbrack,rsqb 5e:Hat 5f:UnderBar,lowbar",
    "60:DiacriticalGrave,grave 66.6a:fjlig 7b:lbrace,lcub 7c:VerticalLine,verbar,vert 7d:rbrace,rcub",
    "a0:NonBreakingSpace,nbsp* a1:iexcl* a2:cent* a3:pound* a4:curren* a5:yen* a6:brvbar* a7:sect*",
    "a8:Dot,DoubleDot,die,uml* a9:COPY*,copy* aa:ordf* ab:laquo* ac:not* ad:shy* ae:REG*,circledR,reg* af:macr*,strns",
    "b0:deg* b1:PlusMinus,plusmn*,pm b2:sup2* b3:sup3* b4:DiacriticalAcute,acute* b5:micro* b6:para*",
    "b7:CenterDot,centerdot,middot* b8:Cedilla,cedil* b9:sup1* ba:ordm* bb:raquo* bc:frac14* bd:frac12*,half",
    "be:frac34* bf:iquest* c0:Agrave* c1:Aacute* c2:Acirc* c3:Atilde* c4:Auml* c5:Aring*,angst c6:AElig* c7:Ccedil*",
    "c8:Egrave* c9:Eacute* ca:Ecirc* cb:Euml* cc:Igrave* cd:Iacute* ce:Icirc* cf:Iuml* d0:ETH* d1:Ntilde* d2:Ograve*",
    "d3:Oacute* d4:Ocirc* d5:Otilde* d6:Ouml* d7:times* d8:Oslash* d9:Ugrave* da:Uacute* db:Ucirc* dc:Uuml*",
    "dd:Yacute* de:THORN* df:szlig* e0:agrave* e1:aacute* e2:acirc* e3:atilde* e4:auml* e5:aring* e6:aelig*",
    "e7:ccedil* e8:egrave* e9:eacute* ea:ecirc* eb:euml* ec:igrave* ed:iacute* ee:icirc* ef:iuml* f0:eth* f1:ntilde*",
    "f2:ograve* f3:oacute* f4:ocirc* f5:otilde* f6:ouml* f7:div,divide* f8:oslash* f9:ugrave* fa:uacute* fb:ucirc*",
    "fc:uuml* fd:yacute* fe:thorn* ff:yuml* 100:Amacr 101:amacr 102:Abreve 103:abreve 104:Aogon 105:aogon 106:Cacute",
    "107:cacute 108:Ccirc 109:ccirc 10a:Cdot 10b:cdot 10c:Ccaron 10d:ccaron 10e:Dcaron 10f:dcaron 110:Dstrok",
    "111:dstrok 112:Emacr 113:emacr 116:Edot 117:edot 118:Eogon 119:eogon 11a:Ecaron 11b:ecaron 11c:Gcirc 11d:gcirc",
    "11e:Gbreve 11f:gbreve 120:Gdot 121:gdot 122:Gcedil 124:Hcirc 125:hcirc 126:Hstrok 127:hstrok 128:Itilde",
    "129:itilde 12a:Imacr 12b:imacr 12e:Iogon 12f:iogon 130:Idot 131:imath,inodot 132:IJlig 133:ijlig 134:Jcirc",
    "135:jcirc 136:Kcedil 137:kcedil 138:kgreen 139:Lacute 13a:lacute 13b:Lcedil 13c:lcedil 13d:Lcaron 13e:lcaron",
    "13f:Lmidot 140:lmidot 141:Lstrok 142:lstrok 143:Nacute 144:nacute 145:Ncedil 146:ncedil 147:Ncaron 148:ncaron",
    "149:napos 14a:ENG 14b:eng 14c:Omacr 14d:omacr 150:Odblac 151:odblac 152:OElig 153:oelig 154:Racute 155:racute",
    "156:Rcedil 157:rcedil 158:Rcaron 159:rcaron 15a:Sacute 15b:sacute 15c:Scirc 15d:scirc 15e:Scedil 15f:scedil",
    "160:Scaron 161:scaron 162:Tcedil 163:tcedil 164:Tcaron 165:tcaron 166:Tstrok 167:tstrok 168:Utilde 169:utilde",
    "16a:Umacr 16b:umacr 16c:Ubreve 16d:ubreve 16e:Uring 16f:uring 170:Udblac 171:udblac 172:Uogon 173:uogon",
    "174:Wcirc 175:wcirc 176:Ycirc 177:ycirc 178:Yuml 179:Zacute 17a:zacute 17b:Zdot 17c:zdot 17d:Zcaron 17e:zcaron",
    "192:fnof 1b5:imped 1f5:gacute 237:jmath 2c6:circ 2c7:Hacek,caron 2d8:Breve,breve 2d9:DiacriticalDot,dot 2da:ring",
    "2db:ogon 2dc:DiacriticalTilde,tilde 2dd:DiacriticalDoubleAcute,dblac 311:DownBreve 391:Alpha 392:Beta 393:Gamma",
    "394:Delta 395:Epsilon 396:Zeta 397:Eta 398:Theta 399:Iota 39a:Kappa 39b:Lambda 39c:Mu 39d:Nu 39e:Xi 39f:Omicron",
    "3a0:Pi 3a1:Rho 3a3:Sigma 3a4:Tau 3a5:Upsilon 3a6:Phi 3a7:Chi 3a8:Psi 3a9:Omega,ohm 3b1:alpha 3b2:beta 3b3:gamma",
    "3b4:delta 3b5:epsi,epsilon 3b6:zeta 3b7:eta 3b8:theta 3b9:iota 3ba:kappa 3bb:lambda 3bc:mu 3bd:nu 3be:xi",
    "3bf:omicron 3c0:pi 3c1:rho 3c2:sigmaf,sigmav,varsigma 3c3:sigma 3c4:tau 3c5:upsi,upsilon 3c6:phi 3c7:chi 3c8:psi",
    "3c9:omega 3d1:thetasym,thetav,vartheta 3d2:Upsi,upsih 3d5:phiv,straightphi,varphi 3d6:piv,varpi 3dc:Gammad",
    "3dd:digamma,gammad 3f0:kappav,varkappa 3f1:rhov,varrho 3f5:epsiv,straightepsilon,varepsilon",
    "3f6:backepsilon,bepsi 401:IOcy 402:DJcy 403:GJcy 404:Jukcy 405:DScy 406:Iukcy 407:YIcy 408:Jsercy 409:LJcy",
    "40a:NJcy 40b:TSHcy 40c:KJcy 40e:Ubrcy 40f:DZcy 410:Acy 411:Bcy 412:Vcy 413:Gcy 414:Dcy 415:IEcy 416:ZHcy 417:Zcy",
    "418:Icy 419:Jcy 41a:Kcy 41b:Lcy 41c:Mcy 41d:Ncy 41e:Ocy 41f:Pcy 420:Rcy 421:Scy 422:Tcy 423:Ucy 424:Fcy 425:KHcy",
    "426:TScy 427:CHcy 428:SHcy 429:SHCHcy 42a:HARDcy 42b:Ycy 42c:SOFTcy 42d:Ecy 42e:YUcy 42f:YAcy 430:acy 431:bcy",
    "432:vcy 433:gcy 434:dcy 435:iecy 436:zhcy 437:zcy 438:icy 439:jcy 43a:kcy 43b:lcy 43c:mcy 43d:ncy 43e:ocy",
    "43f:pcy 440:rcy 441:scy 442:tcy 443:ucy 444:fcy 445:khcy 446:tscy 447:chcy 448:shcy 449:shchcy 44a:hardcy",
    "44b:ycy 44c:softcy 44d:ecy 44e:yucy 44f:yacy 451:iocy 452:djcy 453:gjcy 454:jukcy 455:dscy 456:iukcy 457:yicy",
    "458:jsercy 459:ljcy 45a:njcy 45b:tshcy 45c:kjcy 45e:ubrcy 45f:dzcy 2002:ensp 2003:emsp 2004:emsp13 2005:emsp14",
    "2007:numsp 2008:puncsp 2009:ThinSpace,thinsp 200a:VeryThinSpace,hairsp",
    "200b:NegativeMediumSpace,NegativeThickSpace,NegativeThinSpace,NegativeVeryThinSpace,ZeroWidthSpace 200c:zwnj",
    "200d:zwj 200e:lrm 200f:rlm 2010:dash,hyphen 2013:ndash 2014:mdash 2015:horbar 2016:Verbar,Vert",
    "2018:OpenCurlyQuote,lsquo 2019:CloseCurlyQuote,rsquo,rsquor 201a:lsquor,sbquo 201c:OpenCurlyDoubleQuote,ldquo",
    "201d:CloseCurlyDoubleQuote,rdquo,rdquor 201e:bdquo,ldquor 2020:dagger 2021:Dagger,ddagger 2022:bull,bullet",
    "2025:nldr 2026:hellip,mldr 2030:permil 2031:pertenk 2032:prime 2033:Prime 2034:tprime 2035:backprime,bprime",
    "2039:lsaquo 203a:rsaquo 203e:OverBar,oline 2041:caret 2043:hybull 2044:frasl 204f:bsemi 2057:qprime",
    "205f:MediumSpace 205f.200a:ThickSpace 2060:NoBreak 2061:ApplyFunction,af 2062:InvisibleTimes,it",
    "2063:InvisibleComma,ic 20ac:euro 20db:TripleDot,tdot 20dc:DotDot 2102:Copf,complexes 2105:incare 210a:gscr",
    "210b:HilbertSpace,Hscr,hamilt 210c:Hfr,Poincareplane 210d:Hopf,quaternions 210e:planckh",
    "210f:hbar,hslash,planck,plankv 2110:Iscr,imagline 2111:Ifr,Im,image,imagpart 2112:Laplacetrf,Lscr,lagran",
    "2113:ell 2115:Nopf,naturals 2116:numero 2117:copysr 2118:weierp,wp 2119:Popf,primes 211a:Qopf,rationals",
    "211b:Rscr,realine 211c:Re,Rfr,real,realpart 211d:Ropf,reals 211e:rx 2122:TRADE,trade 2124:Zopf,integers 2127:mho",
    "2128:Zfr,zeetrf 2129:iiota 212c:Bernoullis,Bscr,bernou 212d:Cayleys,Cfr 212f:escr 2130:Escr,expectation",
    "2131:Fouriertrf,Fscr 2133:Mellintrf,Mscr,phmmat 2134:order,orderof,oscr 2135:alefsym,aleph 2136:beth 2137:gimel",
    "2138:daleth 2145:CapitalDifferentialD,DD 2146:DifferentialD,dd 2147:ExponentialE,ee,exponentiale",
    "2148:ImaginaryI,ii 2153:frac13 2154:frac23 2155:frac15 2156:frac25 2157:frac35 2158:frac45 2159:frac16",
    "215a:frac56 215b:frac18 215c:frac38 215d:frac58 215e:frac78 2190:LeftArrow,ShortLeftArrow,larr,leftarrow,slarr",
    "2191:ShortUpArrow,UpArrow,uarr,uparrow 2192:RightArrow,ShortRightArrow,rarr,rightarrow,srarr",
    "2193:DownArrow,ShortDownArrow,darr,downarrow 2194:LeftRightArrow,harr,leftrightarrow",
    "2195:UpDownArrow,updownarrow,varr 2196:UpperLeftArrow,nwarr,nwarrow 2197:UpperRightArrow,nearr,nearrow",
    "2198:LowerRightArrow,searr,searrow 2199:LowerLeftArrow,swarr,swarrow 219a:nlarr,nleftarrow",
    "219b:nrarr,nrightarrow 219d:rarrw,rightsquigarrow 219d.338:nrarrw 219e:Larr,twoheadleftarrow 219f:Uarr",
    "21a0:Rarr,twoheadrightarrow 21a1:Darr 21a2:larrtl,leftarrowtail 21a3:rarrtl,rightarrowtail",
    "21a4:LeftTeeArrow,mapstoleft 21a5:UpTeeArrow,mapstoup 21a6:RightTeeArrow,map,mapsto 21a7:DownTeeArrow,mapstodown",
    "21a9:hookleftarrow,larrhk 21aa:hookrightarrow,rarrhk 21ab:larrlp,looparrowleft 21ac:looparrowright,rarrlp",
    "21ad:harrw,leftrightsquigarrow 21ae:nharr,nleftrightarrow 21b0:Lsh,lsh 21b1:Rsh,rsh 21b2:ldsh 21b3:rdsh",
    "21b5:crarr 21b6:cularr,curvearrowleft 21b7:curarr,curvearrowright 21ba:circlearrowleft,olarr",
    "21bb:circlearrowright,orarr 21bc:LeftVector,leftharpoonup,lharu 21bd:DownLeftVector,leftharpoondown,lhard",
    "21be:RightUpVector,uharr,upharpoonright 21bf:LeftUpVector,uharl,upharpoonleft",
    "21c0:RightVector,rharu,rightharpoonup 21c1:DownRightVector,rhard,rightharpoondown",
    "21c2:RightDownVector,dharr,downharpoonright 21c3:LeftDownVector,dharl,downharpoonleft",
    "21c4:RightArrowLeftArrow,rightleftarrows,rlarr 21c5:UpArrowDownArrow,udarr",
    "21c6:LeftArrowRightArrow,leftrightarrows,lrarr 21c7:leftleftarrows,llarr 21c8:upuparrows,uuarr",
    "21c9:rightrightarrows,rrarr 21ca:ddarr,downdownarrows 21cb:ReverseEquilibrium,leftrightharpoons,lrhar",
    "21cc:Equilibrium,rightleftharpoons,rlhar 21cd:nLeftarrow,nlArr 21ce:nLeftrightarrow,nhArr 21cf:nRightarrow,nrArr",
    "21d0:DoubleLeftArrow,Leftarrow,lArr 21d1:DoubleUpArrow,Uparrow,uArr",
    "21d2:DoubleRightArrow,Implies,Rightarrow,rArr 21d3:DoubleDownArrow,Downarrow,dArr",
    "21d4:DoubleLeftRightArrow,Leftrightarrow,hArr,iff 21d5:DoubleUpDownArrow,Updownarrow,vArr 21d6:nwArr 21d7:neArr",
    "21d8:seArr 21d9:swArr 21da:Lleftarrow,lAarr 21db:Rrightarrow,rAarr 21dd:zigrarr 21e4:LeftArrowBar,larrb",
    "21e5:RightArrowBar,rarrb 21f5:DownArrowUpArrow,duarr 21fd:loarr 21fe:roarr 21ff:hoarr 2200:ForAll,forall",
    "2201:comp,complement 2202:PartialD,part 2202.338:npart 2203:Exists,exist 2204:NotExists,nexist,nexists",
    "2205:empty,emptyset,emptyv,varnothing 2207:Del,nabla 2208:Element,in,isin,isinv 2209:NotElement,notin,notinva",
    "220b:ReverseElement,SuchThat,ni,niv 220c:NotReverseElement,notni,notniva 220f:Product,prod 2210:Coproduct,coprod",
    "2211:Sum,sum 2212:minus 2213:MinusPlus,mnplus,mp 2214:dotplus,plusdo",
    "2216:Backslash,setminus,setmn,smallsetminus,ssetmn 2217:lowast 2218:SmallCircle,compfn 221a:Sqrt,radic",
    "221d:Proportional,prop,propto,varpropto,vprop 221e:infin 221f:angrt 2220:ang,angle 2220.20d2:nang",
    "2221:angmsd,measuredangle 2222:angsph 2223:VerticalBar,mid,shortmid,smid",
    "2224:NotVerticalBar,nmid,nshortmid,nsmid 2225:DoubleVerticalBar,par,parallel,shortparallel,spar",
    "2226:NotDoubleVerticalBar,npar,nparallel,nshortparallel,nspar 2227:and,wedge 2228:or,vee 2229:cap 2229.fe00:caps",
    "222a:cup 222a.fe00:cups 222b:Integral,int 222c:Int 222d:iiint,tint 222e:ContourIntegral,conint,oint",
    "222f:Conint,DoubleContourIntegral 2230:Cconint 2231:cwint 2232:ClockwiseContourIntegral,cwconint",
    "2233:CounterClockwiseContourIntegral,awconint 2234:Therefore,there4,therefore 2235:Because,becaus,because",
    "2236:ratio 2237:Colon,Proportion 2238:dotminus,minusd 223a:mDDot 223b:homtht 223c:Tilde,sim,thicksim,thksim",
    "223c.20d2:nvsim 223d:backsim,bsim 223d.331:race 223e:ac,mstpos 223e.333:acE 223f:acd",
    "2240:VerticalTilde,wr,wreath 2241:NotTilde,nsim 2242:EqualTilde,eqsim,esim 2242.338:NotEqualTilde,nesim",
    "2243:TildeEqual,sime,simeq 2244:NotTildeEqual,nsime,nsimeq 2245:TildeFullEqual,cong 2246:simne",
    "2247:NotTildeFullEqual,ncong 2248:TildeTilde,ap,approx,asymp,thickapprox,thkap 2249:NotTildeTilde,nap,napprox",
    "224a:ape,approxeq 224b:apid 224b.338:napid 224c:backcong,bcong 224d:CupCap,asympeq 224d.20d2:nvap",
    "224e:Bumpeq,HumpDownHump,bump 224e.338:NotHumpDownHump,nbump 224f:HumpEqual,bumpe,bumpeq",
    "224f.338:NotHumpEqual,nbumpe 2250:DotEqual,doteq,esdot 2250.338:nedot 2251:doteqdot,eDot",
    "2252:efDot,fallingdotseq 2253:erDot,risingdotseq 2254:Assign,colone,coloneq 2255:ecolon,eqcolon 2256:ecir,eqcirc",
    "2257:circeq,cire 2259:wedgeq 225a:veeeq 225c:triangleq,trie 225f:equest,questeq 2260:NotEqual,ne",
    "2261:Congruent,equiv 2261.20e5:bnequiv 2262:NotCongruent,nequiv 2264:le,leq 2264.20d2:nvle",
    "2265:GreaterEqual,ge,geq 2265.20d2:nvge 2266:LessFullEqual,lE,leqq 2266.338:nlE,nleqq",
    "2267:GreaterFullEqual,gE,geqq 2267.338:NotGreaterFullEqual,ngE,ngeqq 2268:lnE,lneqq 2268.fe00:lvertneqq,lvnE",
    "2269:gnE,gneqq 2269.fe00:gvertneqq,gvnE 226a:Lt,NestedLessLess,ll 226a.338:NotLessLess,nLtv 226a.20d2:nLt",
    "226b:Gt,NestedGreaterGreater,gg 226b.338:NotGreaterGreater,nGtv 226b.20d2:nGt 226c:between,twixt 226d:NotCupCap",
    "226e:NotLess,nless,nlt 226f:NotGreater,ngt,ngtr 2270:NotLessEqual,nle,nleq 2271:NotGreaterEqual,nge,ngeq",
    "2272:LessTilde,lesssim,lsim 2273:GreaterTilde,gsim,gtrsim 2274:NotLessTilde,nlsim 2275:NotGreaterTilde,ngsim",
    "2276:LessGreater,lessgtr,lg 2277:GreaterLess,gl,gtrless 2278:NotLessGreater,ntlg 2279:NotGreaterLess,ntgl",
    "227a:Precedes,pr,prec 227b:Succeeds,sc,succ 227c:PrecedesSlantEqual,prcue,preccurlyeq",
    "227d:SucceedsSlantEqual,sccue,succcurlyeq 227e:PrecedesTilde,precsim,prsim 227f:SucceedsTilde,scsim,succsim",
    "227f.338:NotSucceedsTilde 2280:NotPrecedes,npr,nprec 2281:NotSucceeds,nsc,nsucc 2282:sub,subset",
    "2282.20d2:NotSubset,nsubset,vnsub 2283:Superset,sup,supset 2283.20d2:NotSuperset,nsupset,vnsup 2284:nsub",
    "2285:nsup 2286:SubsetEqual,sube,subseteq 2287:SupersetEqual,supe,supseteq 2288:NotSubsetEqual,nsube,nsubseteq",
    "2289:NotSupersetEqual,nsupe,nsupseteq 228a:subne,subsetneq 228a.fe00:varsubsetneq,vsubne 228b:supne,supsetneq",
    "228b.fe00:varsupsetneq,vsupne 228d:cupdot 228e:UnionPlus,uplus 228f:SquareSubset,sqsub,sqsubset",
    "228f.338:NotSquareSubset 2290:SquareSuperset,sqsup,sqsupset 2290.338:NotSquareSuperset",
    "2291:SquareSubsetEqual,sqsube,sqsubseteq 2292:SquareSupersetEqual,sqsupe,sqsupseteq",
    "2293:SquareIntersection,sqcap 2293.fe00:sqcaps 2294:SquareUnion,sqcup 2294.fe00:sqcups 2295:CirclePlus,oplus",
    "2296:CircleMinus,ominus 2297:CircleTimes,otimes 2298:osol 2299:CircleDot,odot 229a:circledcirc,ocir",
    "229b:circledast,oast 229d:circleddash,odash 229e:boxplus,plusb 229f:boxminus,minusb 22a0:boxtimes,timesb",
    "22a1:dotsquare,sdotb 22a2:RightTee,vdash 22a3:LeftTee,dashv 22a4:DownTee,top 22a5:UpTee,bot,bottom,perp",
    "22a7:models 22a8:DoubleRightTee,vDash 22a9:Vdash 22aa:Vvdash 22ab:VDash 22ac:nvdash 22ad:nvDash 22ae:nVdash",
    "22af:nVDash 22b0:prurel 22b2:LeftTriangle,vartriangleleft,vltri 22b3:RightTriangle,vartriangleright,vrtri",
    "22b4:LeftTriangleEqual,ltrie,trianglelefteq 22b4.20d2:nvltrie 22b5:RightTriangleEqual,rtrie,trianglerighteq",
    "22b5.20d2:nvrtrie 22b6:origof 22b7:imof 22b8:multimap,mumap 22b9:hercon 22ba:intcal,intercal 22bb:veebar",
    "22bd:barvee 22be:angrtvb 22bf:lrtri 22c0:Wedge,bigwedge,xwedge 22c1:Vee,bigvee,xvee",
    "22c2:Intersection,bigcap,xcap 22c3:Union,bigcup,xcup 22c4:Diamond,diam,diamond 22c5:sdot 22c6:Star,sstarf",
    "22c7:divideontimes,divonx 22c8:bowtie 22c9:ltimes 22ca:rtimes 22cb:leftthreetimes,lthree",
    "22cc:rightthreetimes,rthree 22cd:backsimeq,bsime 22ce:curlyvee,cuvee 22cf:curlywedge,cuwed 22d0:Sub,Subset",
    "22d1:Sup,Supset 22d2:Cap 22d3:Cup 22d4:fork,pitchfork 22d5:epar 22d6:lessdot,ltdot 22d7:gtdot,gtrdot 22d8:Ll",
    "22d8.338:nLl 22d9:Gg,ggg 22d9.338:nGg 22da:LessEqualGreater,leg,lesseqgtr 22da.fe00:lesg",
    "22db:GreaterEqualLess,gel,gtreqless 22db.fe00:gesl 22de:cuepr,curlyeqprec 22df:cuesc,curlyeqsucc",
    "22e0:NotPrecedesSlantEqual,nprcue 22e1:NotSucceedsSlantEqual,nsccue 22e2:NotSquareSubsetEqual,nsqsube",
    "22e3:NotSquareSupersetEqual,nsqsupe 22e6:lnsim 22e7:gnsim 22e8:precnsim,prnsim 22e9:scnsim,succnsim",
    "22ea:NotLeftTriangle,nltri,ntriangleleft 22eb:NotRightTriangle,nrtri,ntriangleright",
    "22ec:NotLeftTriangleEqual,nltrie,ntrianglelefteq 22ed:NotRightTriangleEqual,nrtrie,ntrianglerighteq 22ee:vellip",
    "22ef:ctdot 22f0:utdot 22f1:dtdot 22f2:disin 22f3:isinsv 22f4:isins 22f5:isindot 22f5.338:notindot 22f6:notinvc",
    "22f7:notinvb 22f9:isinE 22f9.338:notinE 22fa:nisd 22fb:xnis 22fc:nis 22fd:notnivc 22fe:notnivb",
    "2305:barwed,barwedge 2306:Barwed,doublebarwedge 2308:LeftCeiling,lceil 2309:RightCeiling,rceil",
    "230a:LeftFloor,lfloor 230b:RightFloor,rfloor 230c:drcrop 230d:dlcrop 230e:urcrop 230f:ulcrop 2310:bnot",
    "2312:profline 2313:profsurf 2315:telrec 2316:target 231c:ulcorn,ulcorner 231d:urcorn,urcorner",
    "231e:dlcorn,llcorner 231f:drcorn,lrcorner 2322:frown,sfrown 2323:smile,ssmile 232d:cylcty 232e:profalar",
    "2336:topbot 233d:ovbar 233f:solbar 237c:angzarr 23b0:lmoust,lmoustache 23b1:rmoust,rmoustache",
    "23b4:OverBracket,tbrk 23b5:UnderBracket,bbrk 23b6:bbrktbrk 23dc:OverParenthesis 23dd:UnderParenthesis",
    "23de:OverBrace 23df:UnderBrace 23e2:trpezium 23e7:elinters 2423:blank 24c8:circledS,oS 2500:HorizontalLine,boxh",
    "2502:boxv 250c:boxdr 2510:boxdl 2514:boxur 2518:boxul 251c:boxvr 2524:boxvl 252c:boxhd 2534:boxhu 253c:boxvh",
    "2550:boxH 2551:boxV 2552:boxdR 2553:boxDr 2554:boxDR 2555:boxdL 2556:boxDl 2557:boxDL 2558:boxuR 2559:boxUr",
    "255a:boxUR 255b:boxuL 255c:boxUl 255d:boxUL 255e:boxvR 255f:boxVr 2560:boxVR 2561:boxvL 2562:boxVl 2563:boxVL",
    "2564:boxHd 2565:boxhD 2566:boxHD 2567:boxHu 2568:boxhU 2569:boxHU 256a:boxvH 256b:boxVh 256c:boxVH 2580:uhblk",
    "2584:lhblk 2588:block 2591:blk14 2592:blk12 2593:blk34 25a1:Square,squ,square",
    "25aa:FilledVerySmallSquare,blacksquare,squarf,squf 25ab:EmptyVerySmallSquare 25ad:rect 25ae:marker 25b1:fltns",
    "25b3:bigtriangleup,xutri 25b4:blacktriangle,utrif 25b5:triangle,utri 25b8:blacktriangleright,rtrif",
    "25b9:rtri,triangleright 25bd:bigtriangledown,xdtri 25be:blacktriangledown,dtrif 25bf:dtri,triangledown",
    "25c2:blacktriangleleft,ltrif 25c3:ltri,triangleleft 25ca:loz,lozenge 25cb:cir 25ec:tridot 25ef:bigcirc,xcirc",
    "25f8:ultri 25f9:urtri 25fa:lltri 25fb:EmptySmallSquare 25fc:FilledSmallSquare 2605:bigstar,starf 2606:star",
    "260e:phone 2640:female 2642:male 2660:spades,spadesuit 2663:clubs,clubsuit 2665:hearts,heartsuit",
    "2666:diamondsuit,diams 266a:sung 266d:flat 266e:natur,natural 266f:sharp 2713:check,checkmark 2717:cross",
    "2720:malt,maltese 2736:sext 2758:VerticalSeparator 2772:lbbrk 2773:rbbrk 27c8:bsolhsub 27c9:suphsol",
    "27e6:LeftDoubleBracket,lobrk 27e7:RightDoubleBracket,robrk 27e8:LeftAngleBracket,lang,langle",
    "27e9:RightAngleBracket,rang,rangle 27ea:Lang 27eb:Rang 27ec:loang 27ed:roang",
    "27f5:LongLeftArrow,longleftarrow,xlarr 27f6:LongRightArrow,longrightarrow,xrarr",
    "27f7:LongLeftRightArrow,longleftrightarrow,xharr 27f8:DoubleLongLeftArrow,Longleftarrow,xlArr",
    "27f9:DoubleLongRightArrow,Longrightarrow,xrArr 27fa:DoubleLongLeftRightArrow,Longleftrightarrow,xhArr",
    "27fc:longmapsto,xmap 27ff:dzigrarr 2902:nvlArr 2903:nvrArr 2904:nvHarr 2905:Map 290c:lbarr 290d:bkarow,rbarr",
    "290e:lBarr 290f:dbkarow,rBarr 2910:RBarr,drbkarow 2911:DDotrahd 2912:UpArrowBar 2913:DownArrowBar 2916:Rarrtl",
    "2919:latail 291a:ratail 291b:lAtail 291c:rAtail 291d:larrfs 291e:rarrfs 291f:larrbfs 2920:rarrbfs 2923:nwarhk",
    "2924:nearhk 2925:hksearow,searhk 2926:hkswarow,swarhk 2927:nwnear 2928:nesear,toea 2929:seswar,tosa 292a:swnwar",
    "2933:rarrc 2933.338:nrarrc 2935:cudarrr 2936:ldca 2937:rdca 2938:cudarrl 2939:larrpl 293c:curarrm 293d:cularrp",
    "2945:rarrpl 2948:harrcir 2949:Uarrocir 294a:lurdshar 294b:ldrushar 294e:LeftRightVector 294f:RightUpDownVector",
    "2950:DownLeftRightVector 2951:LeftUpDownVector 2952:LeftVectorBar 2953:RightVectorBar 2954:RightUpVectorBar",
    "2955:RightDownVectorBar 2956:DownLeftVectorBar 2957:DownRightVectorBar 2958:LeftUpVectorBar",
    "2959:LeftDownVectorBar 295a:LeftTeeVector 295b:RightTeeVector 295c:RightUpTeeVector 295d:RightDownTeeVector",
    "295e:DownLeftTeeVector 295f:DownRightTeeVector 2960:LeftUpTeeVector 2961:LeftDownTeeVector 2962:lHar 2963:uHar",
    "2964:rHar 2965:dHar 2966:luruhar 2967:ldrdhar 2968:ruluhar 2969:rdldhar 296a:lharul 296b:llhard 296c:rharul",
    "296d:lrhard 296e:UpEquilibrium,udhar 296f:ReverseUpEquilibrium,duhar 2970:RoundImplies 2971:erarr 2972:simrarr",
    "2973:larrsim 2974:rarrsim 2975:rarrap 2976:ltlarr 2978:gtrarr 2979:subrarr 297b:suplarr 297c:lfisht 297d:rfisht",
    "297e:ufisht 297f:dfisht 2985:lopar 2986:ropar 298b:lbrke 298c:rbrke 298d:lbrkslu 298e:rbrksld 298f:lbrksld",
    "2990:rbrkslu 2991:langd 2992:rangd 2993:lparlt 2994:rpargt 2995:gtlPar 2996:ltrPar 299a:vzigzag 299c:vangrt",
    "299d:angrtvbd 29a4:ange 29a5:range 29a6:dwangle 29a7:uwangle 29a8:angmsdaa 29a9:angmsdab 29aa:angmsdac",
    "29ab:angmsdad 29ac:angmsdae 29ad:angmsdaf 29ae:angmsdag 29af:angmsdah 29b0:bemptyv 29b1:demptyv 29b2:cemptyv",
    "29b3:raemptyv 29b4:laemptyv 29b5:ohbar 29b6:omid 29b7:opar 29b9:operp 29bb:olcross 29bc:odsold 29be:olcir",
    "29bf:ofcir 29c0:olt 29c1:ogt 29c2:cirscir 29c3:cirE 29c4:solb 29c5:bsolb 29c9:boxbox 29cd:trisb 29ce:rtriltri",
    "29cf:LeftTriangleBar 29cf.338:NotLeftTriangleBar 29d0:RightTriangleBar 29d0.338:NotRightTriangleBar 29dc:iinfin",
    "29dd:infintie 29de:nvinfin 29e3:eparsl 29e4:smeparsl 29e5:eqvparsl 29eb:blacklozenge,lozf 29f4:RuleDelayed",
    "29f6:dsol 2a00:bigodot,xodot 2a01:bigoplus,xoplus 2a02:bigotimes,xotime 2a04:biguplus,xuplus",
    "2a06:bigsqcup,xsqcup 2a0c:iiiint,qint 2a0d:fpartint 2a10:cirfnint 2a11:awint 2a12:rppolint 2a13:scpolint",
    "2a14:npolint 2a15:pointint 2a16:quatint 2a17:intlarhk 2a22:pluscir 2a23:plusacir 2a24:simplus 2a25:plusdu",
    "2a26:plussim 2a27:plustwo 2a29:mcomma 2a2a:minusdu 2a2d:loplus 2a2e:roplus 2a2f:Cross 2a30:timesd 2a31:timesbar",
    "2a33:smashp 2a34:lotimes 2a35:rotimes 2a36:otimesas 2a37:Otimes 2a38:odiv 2a39:triplus 2a3a:triminus",
    "2a3b:tritime 2a3c:intprod,iprod 2a3f:amalg 2a40:capdot 2a42:ncup 2a43:ncap 2a44:capand 2a45:cupor 2a46:cupcap",
    "2a47:capcup 2a48:cupbrcap 2a49:capbrcup 2a4a:cupcup 2a4b:capcap 2a4c:ccups 2a4d:ccaps 2a50:ccupssm 2a53:And",
    "2a54:Or 2a55:andand 2a56:oror 2a57:orslope 2a58:andslope 2a5a:andv 2a5b:orv 2a5c:andd 2a5d:ord 2a5f:wedbar",
    "2a66:sdote 2a6a:simdot 2a6d:congdot 2a6d.338:ncongdot 2a6e:easter 2a6f:apacir 2a70:apE 2a70.338:napE 2a71:eplus",
    "2a72:pluse 2a73:Esim 2a74:Colone 2a75:Equal 2a77:ddotseq,eDDot 2a78:equivDD 2a79:ltcir 2a7a:gtcir 2a7b:ltquest",
    "2a7c:gtquest 2a7d:LessSlantEqual,leqslant,les 2a7d.338:NotLessSlantEqual,nleqslant,nles",
    "2a7e:GreaterSlantEqual,geqslant,ges 2a7e.338:NotGreaterSlantEqual,ngeqslant,nges 2a7f:lesdot 2a80:gesdot",
    "2a81:lesdoto 2a82:gesdoto 2a83:lesdotor 2a84:gesdotol 2a85:lap,lessapprox 2a86:gap,gtrapprox 2a87:lne,lneq",
    "2a88:gne,gneq 2a89:lnap,lnapprox 2a8a:gnap,gnapprox 2a8b:lEg,lesseqqgtr 2a8c:gEl,gtreqqless 2a8d:lsime",
    "2a8e:gsime 2a8f:lsimg 2a90:gsiml 2a91:lgE 2a92:glE 2a93:lesges 2a94:gesles 2a95:els,eqslantless",
    "2a96:egs,eqslantgtr 2a97:elsdot 2a98:egsdot 2a99:el 2a9a:eg 2a9d:siml 2a9e:simg 2a9f:simlE 2aa0:simgE",
    "2aa1:LessLess 2aa1.338:NotNestedLessLess 2aa2:GreaterGreater 2aa2.338:NotNestedGreaterGreater 2aa4:glj 2aa5:gla",
    "2aa6:ltcc 2aa7:gtcc 2aa8:lescc 2aa9:gescc 2aaa:smt 2aab:lat 2aac:smte 2aac.fe00:smtes 2aad:late 2aad.fe00:lates",
    "2aae:bumpE 2aaf:PrecedesEqual,pre,preceq 2aaf.338:NotPrecedesEqual,npre,npreceq 2ab0:SucceedsEqual,sce,succeq",
    "2ab0.338:NotSucceedsEqual,nsce,nsucceq 2ab3:prE 2ab4:scE 2ab5:precneqq,prnE 2ab6:scnE,succneqq",
    "2ab7:prap,precapprox 2ab8:scap,succapprox 2ab9:precnapprox,prnap 2aba:scnap,succnapprox 2abb:Pr 2abc:Sc",
    "2abd:subdot 2abe:supdot 2abf:subplus 2ac0:supplus 2ac1:submult 2ac2:supmult 2ac3:subedot 2ac4:supedot",
    "2ac5:subE,subseteqq 2ac5.338:nsubE,nsubseteqq 2ac6:supE,supseteqq 2ac6.338:nsupE,nsupseteqq 2ac7:subsim",
    "2ac8:supsim 2acb:subnE,subsetneqq 2acb.fe00:varsubsetneqq,vsubnE 2acc:supnE,supsetneqq",
    "2acc.fe00:varsupsetneqq,vsupnE 2acf:csub 2ad0:csup 2ad1:csube 2ad2:csupe 2ad3:subsup 2ad4:supsub 2ad5:subsub",
    "2ad6:supsup 2ad7:suphsub 2ad8:supdsub 2ad9:forkv 2ada:topfork 2adb:mlcp 2ae4:Dashv,DoubleLeftTee 2ae6:Vdashl",
    "2ae7:Barv 2ae8:vBar 2ae9:vBarv 2aeb:Vbar 2aec:Not 2aed:bNot 2aee:rnmid 2aef:cirmid 2af0:midcir 2af1:topcir",
    "2af2:nhpar 2af3:parsim 2afd:parsl 2afd.20e5:nparsl fb00:fflig fb01:filig fb02:fllig fb03:ffilig fb04:ffllig",
    "1d49c:Ascr 1d49e:Cscr 1d49f:Dscr 1d4a2:Gscr 1d4a5:Jscr 1d4a6:Kscr 1d4a9:Nscr 1d4aa:Oscr 1d4ab:Pscr 1d4ac:Qscr",
    "1d4ae:Sscr 1d4af:Tscr 1d4b0:Uscr 1d4b1:Vscr 1d4b2:Wscr 1d4b3:Xscr 1d4b4:Yscr 1d4b5:Zscr 1d4b6:ascr 1d4b7:bscr",
    "1d4b8:cscr 1d4b9:dscr 1d4bb:fscr 1d4bd:hscr 1d4be:iscr 1d4bf:jscr 1d4c0:kscr 1d4c1:lscr 1d4c2:mscr 1d4c3:nscr",
    "1d4c5:pscr 1d4c6:qscr 1d4c7:rscr 1d4c8:sscr 1d4c9:tscr 1d4ca:uscr 1d4cb:vscr 1d4cc:wscr 1d4cd:xscr 1d4ce:yscr",
    "1d4cf:zscr 1d504:Afr 1d505:Bfr 1d507:Dfr 1d508:Efr 1d509:Ffr 1d50a:Gfr 1d50d:Jfr 1d50e:Kfr 1d50f:Lfr 1d510:Mfr",
    "1d511:Nfr 1d512:Ofr 1d513:Pfr 1d514:Qfr 1d516:Sfr 1d517:Tfr 1d518:Ufr 1d519:Vfr 1d51a:Wfr 1d51b:Xfr 1d51c:Yfr",
    "1d51e:afr 1d51f:bfr 1d520:cfr 1d521:dfr 1d522:efr 1d523:ffr 1d524:gfr 1d525:hfr 1d526:ifr 1d527:jfr 1d528:kfr",
    "1d529:lfr 1d52a:mfr 1d52b:nfr 1d52c:ofr 1d52d:pfr 1d52e:qfr 1d52f:rfr 1d530:sfr 1d531:tfr 1d532:ufr 1d533:vfr",
    "1d534:wfr 1d535:xfr 1d536:yfr 1d537:zfr 1d538:Aopf 1d539:Bopf 1d53b:Dopf 1d53c:Eopf 1d53d:Fopf 1d53e:Gopf",
    "1d540:Iopf 1d541:Jopf 1d542:Kopf 1d543:Lopf 1d544:Mopf 1d546:Oopf 1d54a:Sopf 1d54b:Topf 1d54c:Uopf 1d54d:Vopf",
    "1d54e:Wopf 1d54f:Xopf 1d550:Yopf 1d552:aopf 1d553:bopf 1d554:copf 1d555:dopf 1d556:eopf 1d557:fopf 1d558:gopf",
    "1d559:hopf 1d55a:iopf 1d55b:jopf 1d55c:kopf 1d55d:lopf 1d55e:mopf 1d55f:nopf 1d560:oopf 1d561:popf 1d562:qopf",
    "1d563:ropf 1d564:sopf 1d565:topf 1d566:uopf 1d567:vopf 1d568:wopf 1d569:xopf 1d56a:yopf 1d56b:zopf",
  // end of it
  ].join(" ").split(" ")) {
    const [points, names] = row.split(":");
    const text = String.fromCodePoint(...points.split(".").map((point) => parseInt(point, 16)));
    for (const name of names.split(",")) {
      ENTITIES.set(name.replace("*", ""), text);
      if (name.endsWith("*")) ENTITIES_BARE.set(name.slice(0, -1), text);
    }
  }

  // What NFKC leaves apart: Cyrillic and Greek letters drawn like Latin ones, and a value's first letter after a dead key.
  const ALIKE = "аеорсухіјѕһԁԛԝѵкмтвнАВЕКМНОРСТУХІЈЅԀԚԜѴαβγεηικνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϳɡıℓ‐‑‒–—―−ˍ＿ĉĈćĆṽṼ";
  const LATIN = "aeopcyxijshdqwvkmtbhABEKMHOPCTYXIJSDQWVaByenikvoptuxwABEZHIKMNOPTYXcjgil-------__cCcCvV";
  const DRAWN_ALIKE = new Map(Array.from(ALIKE, (letter, place) => [letter, LATIN[place]]));

  /** Undo one reading of UTF-8 as a single-byte encoding. */
  const unmangled = (value) => (isAscii(value.text) ? value : value.replaced(MOJIBAKE, asUtf8));

  /** How much may still be decoded of one value: whoever encodes cleverly must not be able to make an answer wait. */
  class Effort {
    constructor([left, lengthMax]) {
      this.left = left; // in characters read, with an allowance for each decoding
      this.lengthMax = lengthMax; // of what is decoded
    }

    /** Whether a text of this length may be decoded; counts it if so. */
    suffices(length) {
      const cost = length + DECODING_COST;
      if (length > this.lengthMax || cost > this.left) return false;
      this.left -= cost;
      return true;
    }
  }

  const DECODING_COST = 250;

  /** What the value becomes if it is decoded once, for each encoding that it shows. */
  function* decodings(value, effort) {
    for (const [cause, pattern, by] of DECODINGS) {
      if (value.text.search(pattern) >= 0 && effort.suffices(value.length)) yield [cause, value.replaced(pattern, by)];
    }
    const joined = value.text.replace(SPACES, ""); // many programs break it into lines of 76
    const decoded = BASE64.test(joined) && effort.suffices(value.length) ? fromBase64(joined) : null;
    if (decoded) yield ["token_base64_encoded", new Strand(Array.from(decoded), Array(decoded.length).fill(1))];
  }

  const DECODINGS = [
    ["token_percent_encoded", PERCENT, fromPercent],
    ["token_escape_sequences", ESCAPE, fromEscape],
    ["token_html_entities", ENTITY, fromEntity],
  ];

  /** The value in the Latin letters it looks like, and the indices that were something else. */
  function latin(value) {
    if (isAscii(value.text)) return [value, []];
    const letters = [];
    const at = [];
    const changed = [];
    value.letters.forEach((letter, index) => {
      const seen = isAscii(letter) ? letter : DRAWN_ALIKE.get(letter) || letter.normalize("NFKC");
      if (seen !== letter) changed.push(index);
      for (const one of seen) {
        letters.push(one);
        at.push(value.at[index]);
      }
    });
    return [new Strand(letters, at), changed];
  }

  function asUtf8(text) {
    const bytes = Uint8Array.from(text, (letter) => BYTE_OF.get(letter) || letter.codePointAt(0));
    return decoded(bytes) ?? text;
  }

  function decoded(bytes) {
    try {
      return UTF8.decode(bytes);
    } catch {
      return null;
    }
  }

  function fromPercent(text) {
    const bytes = Uint8Array.from(text.slice(1).split("%"), (pair) => parseInt(pair, 16));
    return decoded(bytes) ?? String.fromCharCode(...bytes);
  }

  const isCharacter = (point) => point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);

  function fromEscape(text) {
    const code = text.slice(1);
    if ("ux".includes(code[0])) {
      const point = parseInt(code.slice(1).replace(/[{}]/g, ""), 16);
      return isCharacter(point) ? String.fromCodePoint(point) : text; // beyond Unicode, or half of a pair
    }
    if (/^[0-7]/.test(code)) return String.fromCodePoint(parseInt(code, 8));
    return MEANING[code] || code;
  }

  function fromEntity(text) {
    const name = text.slice(1, -1);
    if (name[0] !== "#") return named(name) ?? text;
    const point = /[xX]/.test(name[1]) ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    if (point === 0 || !isCharacter(point)) return "\ufffd";
    if (point === 0x0d) return "\r";
    if (point >= 0x80 && point <= 0x9f) return WINDOWS[point - 0x80]; // as HTML says
    const control = point < 0x20 && ![0x09, 0x0a, 0x0c].includes(point);
    const none = control || point === 0x7f || (point >= 0xfdd0 && point <= 0xfdef) || (point & 0xfffe) === 0xfffe;
    return none ? "" : String.fromCodePoint(point);
  }

  /** What a named entity stands for, or the longest beginning of its name that may do without a semicolon. */
  function named(name) {
    if (ENTITIES.has(name)) return ENTITIES.get(name);
    for (let end = name.length; end > 1; end -= 1) {
      const start = ENTITIES_BARE.get(name.slice(0, end));
      if (start) return `${start}${name.slice(end)};`;
    }
    return null;
  }

  function fromBase64(text) {
    const body = text.replace(/=+$/, "").replace(/-/g, "+").replace(/_/g, "/");
    if (body.length % 4 === 1) return null;
    const letters = [];
    let [bits, count] = [0, 0];
    for (const digit of body) {
      bits = ((bits << 6) | BASE64_DIGITS.indexOf(digit)) & 0xffff;
      count += 6;
      if (count >= 8) {
        count -= 8;
        letters.push(String.fromCharCode((bits >> count) & 0xff));
      }
    }
    const read = letters.join("");
    return /^[\x20-\x7e]*[\r\n]*$/.test(read) ? read : null;
  }

  // ----------------------------------------------------------------------------------------------------- reading

  // What an answer waits for is bounded: of a longer text only what stands whole in it is seen. A token fits in,
  // were each of its characters written as `&#x63;`, or encoded with percent signs twice.
  const EFFORT = { 1: [1200, 512], 2: [8000, VALUE_LENGTH_MAX] };
  const ENCODED_MAX = 2; // how often one value may have been encoded
  const LENGTH_MAX = 160; // whatever is longer once everything around it is gone was never one value of ours
  const ATTACHED_MAX = 8; // letters that hang on a whole value were typed; more of them are text
  const UNREPAIRED = 100;
  const WEIGHTS = {
    token_prefix_damaged: 2,
    token_characters_transposed: 2,
    token_one_character_wrong: 2,
    token_character_missing: 2,
    token_character_extra: 2,
    token_truncated: 2,
    token_start_missing: 2,
    token_two_characters_wrong: 3,
    token_characters_missing: 3,
    token_characters_extra: 3,
    token_several_characters_wrong: 4,
    token_extra_text: 4,
  }; // every other repair leaves the characters of the value alone, and weighs 1
  const KEY_SEEN = new RegExp(
    `${anyCase("cvk")}_[0-9${LETTERS}]{16}|${anyCase(KEY_PREFIX)}-[${LETTERS}0-9]{1,32}-[${LETTERS}]{4}`, "u",
  );
  const TOKEN_SEEN = new RegExp(`${anyCase("cvt")}_[0-9${LETTERS}]{16}|(?<![${LETTERS}0-9])[${LETTERS}]{100}`, "u");
  const WORTH_READING = new RegExp( // letters, or what is encoded once more
    `[${WORD}]{8}|(?:%[0-9A-Fa-f]{2}){8}|(?:\\\\[ux][0-9A-Fa-f]{2,4}){8}|(?:&#[0-9A-Za-z]{2,6};){8}`, "u",
  );
  const GAPS_MAX = 8; // blanks that may stand in a value that has no check part
  const SEPARATORS = " \t\r\n:;,|/&";
  const WRONG_KIND = new Set(["token_in_key_field", "key_in_token_field"]);

  /** What one value is and what was done to it. No findings: it is well-formed and in its own field. */
  const reading = (findings, { kind = null, format = null, repaired = null, joined = null } = {}) => ({
    findings, kind, format, repaired, joined,
  });
  const only = (cause, facts = {}) => reading([finding(cause, facts)]);

  /** Say what `text`, sent as `part`, is and what was done to it. */
  function read(text, part, { depth = 2 } = {}) {
    const found = readAsToken(text, part, depth);
    const findings = found.findings.map((one) => ({ ...one, cause: causeOf(one.cause, part) }));
    if (found.kind && found.kind !== part) {
      findings.unshift(finding(part === KEY ? "token_in_key_field" : "key_in_token_field"));
    }
    return { ...found, findings };
  }

  /** A value on the table: without what cannot be seen, and without what stands around it.
   *
   * `item` is what stays the same however a value is read: its part, how deep it is read, and the effort that is left.
   */
  function patientOf(value, item) {
    if (value.length > item.effort.lengthMax) { // without its blanks and labels it may still be another's credential
      const start = value.letters.findIndex((letter) => strip(letter));
      const end = value.letters.findLastIndex((letter) => strip(letter)) + 1;
      return { value, item, seen: new Peeled(value), bare: outside(new Peeled(value.cut(Math.max(start, 0), end))) };
    }
    const seen = visible(unmangled(value));
    return { value, item, seen, bare: outside(seen) };
  }

  function readAsToken(text, part, depth) {
    const value = strand(text);
    if (!value.length) return only("token_empty");
    if (value.length > VALUE_LENGTH_MAX) {
      return only("value_oversized", { field: part, length: value.length, length_max: VALUE_LENGTH_MAX });
    }
    const whole = wellFormed(text);
    if (whole) return whole;
    const patient = patientOf(value, { part, depth, effort: new Effort(EFFORT[Math.min(depth, 2)]) });
    return firstSight(patient) || least(patient)
      || reading([finding("token_unrecognised", { length: value.length }, CANNOT_KNOW)]);
  }

  function wellFormed(text) {
    const native = nativeWhole(text);
    if (native) return reading([], { kind: native, format: NATIVE, repaired: text });
    const vtex = vtexWhole(text);
    return vtex ? reading([], { kind: vtex, format: VTEX, repaired: text }) : null;
  }

  /** What is known before anything is repaired: two values in one, a placeholder, a mask, another's credential. */
  function firstSight({ item, seen, bare }) {
    const { text } = seen.value;
    const joined = joinedIn(text, item);
    if (joined) return joined;
    if (embeddedIn(seen.value).length) return null;
    const pattern = placeholder(text);
    if (pattern) return only("token_placeholder_value", { pattern });
    if (isMasked(text)) return only("token_masked_value");
    const name = vendor(strip(text)) || vendor(bare.value.text);
    if (name) return only("token_foreign_credential", { vendor: name });
    const other = otherEnvironment(bare.value.text);
    if (!other) return null;
    return { ...only("token_other_environment", { prefix: `${other[1]}_` }), kind: other[0] };
  }

  /** Key and token in one field. */
  function joinedIn(text, item) {
    const keySeen = KEY_SEEN.exec(text);
    const tokenSeen = TOKEN_SEEN.exec(text);
    if (!keySeen || !tokenSeen) return null;
    const middle = Math.max(keySeen.index, tokenSeen.index);
    const values = [stripOf(text.slice(0, middle), SEPARATORS, { start: false }), stripOf(text.slice(middle), SEPARATORS)];
    if (keySeen.index >= tokenSeen.index) values.reverse();
    const findings = [finding("key_and_token_joined", { field: item.part })];
    if (!item.effort.suffices(Array.from(text).length)) return reading(findings);
    const key = alone(values[0], { ...item, part: KEY });
    const token = alone(values[1], { ...item, part: TOKEN });
    return reading(findings, { joined: key && token ? [key, token] : null });
  }

  function alone(text, item) {
    const found = wellFormed(text) || least(patientOf(strand(text), item));
    return found && found.kind === item.part ? found.repaired : null;
  }

  /** The least of the repairs that make this a value of ours; failing that, what speaks for its having been one. */
  function least(patient) {
    let best = null;
    for (const readings of [encoded(patient, ENCODED_MAX), settled(patient)]) {
      for (const one of readings) {
        if (!best || weight(one) < weight(best)) best = one;
        if (weight(best) === 1) return best; // nothing weighs less
      }
    }
    return best;
  }

  function weight({ findings, repaired, joined }) {
    const sum = findings.reduce((total, one) => total + (WEIGHTS[one.cause] || 1), 0);
    return repaired || joined ? sum : UNREPAIRED + sum;
  }

  /** Every reading of a value that was encoded once too often. */
  function* encoded(patient, rounds) {
    if (!rounds) return;
    const sources = [[patient.value, []]];
    if (patient.bare.value.text !== patient.value.text) sources.push([patient.bare.value, patient.bare.findings]);
    for (const [source, before] of sources) {
      for (const [cause, value] of decodings(source, patient.item.effort)) {
        if (!WORTH_READING.test(value.text)) continue;
        for (const one of readDecoded(value, patient, rounds - 1)) {
          const layer = [...before, finding(cause)];
          yield { ...one, findings: one.joined ? [...one.findings, ...layer] : [...layer, ...one.findings] };
        }
      }
    }
  }

  function* readDecoded(value, { item }, rounds) {
    const known = wellFormed(value.text) || joinedIn(value.text, item);
    if (known) {
      yield known;
      return;
    }
    const inner = patientOf(value, item);
    yield* encoded(inner, rounds);
    yield* settled(inner);
  }

  /** Every reading of a value that needs no decoding. */
  function* settled(patient) {
    const spans = embeddedIn(patient.seen.value);
    if (spans.length) {
      yield around(patient.seen, spans);
      return;
    }
    if (patient.bare.value.length > patient.item.effort.lengthMax) return;
    const bare = inside(single(patient.bare));
    for (const one of sameCauses(bare.causes, patient.seen.causes) ? [bare] : [patient.seen, bare]) {
      const found = one.value.length <= LENGTH_MAX ? core(one, patient.item.depth) : null;
      if (found) yield found;
    }
  }

  const sameCauses = (some, others) =>
    some.size === others.size && [...some].every(([cause, facts]) =>
      others.has(cause) && JSON.stringify(facts) === JSON.stringify(others.get(cause)));

  function single(peeled) {
    const half = once(peeled.value);
    return half ? peeled.andOf(half, "token_pasted_twice") : peeled;
  }

  function core(peeled, depth) {
    const [value, changed] = latin(peeled.value);
    if (value.length > LENGTH_MAX) return null; // one character may stand for many
    let found = nativeExamine(value, depth);
    let format = NATIVE;
    if (!found) {
      [found, format] = [vtexExamine(value), VTEX];
      if (!found || gapsOf(peeled) > (found.repaired ? GAPS_MAX : 0)) return null; // letters with blanks between: prose
    }
    if (changed.length) {
      const code_points = changed.map((index) => codeBlock(peeled.value.letters[index]));
      peeled = peeled.andOf(value, "token_lookalike_letters", { positions: peeled.value.positions(changed), code_points });
    }
    return reading([...peeled.findings, ...found.findings], { kind: found.kind, format, repaired: found.repaired });
  }

  /** How many blanks stood inside the value. */
  function gapsOf({ causes }) {
    return ["token_space_inside", "token_line_break_inside"].reduce(
      (sum, cause) => sum + (causes.has(cause) ? causes.get(cause).positions.length : 0), 0,
    );
  }

  /** A whole value stands in the text: what surrounds it tells what happened. */
  function around(peeled, spans) {
    const [start, end, kind] = spans[0];
    const { letters } = peeled.value;
    const textOf = ([from, to]) => letters.slice(from, to).join("");
    const value = textOf(spans[0]);
    if (spans.length === 2 && textOf(spans[1]) === value) {
      const [next, last] = spans[1];
      if (!stripOf(letters.slice(end, next).join(""), SEPARATORS)) {
        peeled = peeled.andOf(peeled.value.without(range(end, last)), "token_pasted_twice");
      }
    }
    let bare = outside(peeled);
    let at = bare.value.text.indexOf(value);
    if (at < 0) [bare, at] = [peeled, start];
    else at = bare.value.index(at);
    const findings = [...bare.findings, ...hanging(bare.value, at, at + value.length)];
    return reading(findings, { kind, format: value.startsWith("cv") ? NATIVE : VTEX, repaired: value });
  }

  /** What stands before or after a whole value and is none of the usual decorations. */
  function hanging(value, start, end) {
    const extra = start + value.length - end;
    if (!extra) return [];
    const rest = [...value.letters.slice(0, start), ...value.letters.slice(end)].join("");
    const both = start > 0 && end < value.length;
    if (both || extra > ATTACHED_MAX || !/^[0-9A-Za-z]+$/.test(rest)) {
      return [finding("token_extra_text", { position: value.position(start) })]; // where the value itself begins
    }
    const position = value.position(start ? 0 : end);
    return [extra === 1 ? finding(ONE_EXTRA, { position }) : finding("token_characters_extra", { position, count: extra })];
  }

  /** Where well-formed values stand in a text: start, end and kind. */
  function embeddedIn(value) {
    return [...nativeEmbedded(value.text), ...vtexEmbedded(value.text)]
      .map(([start, end, kind]) => [value.index(start), value.index(end), kind])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  }

  // -------------------------------------------------------------------------------------------------------- pair

  /** Say how two values that were read stand to each other, and what was done to each. */
  function relate(key, token) {
    const where = key.joined ? key : token;
    if (where.joined) return { findings: where.findings, key: where.joined[0], token: where.joined[1] };
    if (key.kind === TOKEN && token.kind === KEY) {
      return told([finding("fields_swapped"), ...damageOf(key), ...damageOf(token)], token, key);
    }
    if (key.kind && key.kind === token.kind) {
      const both = finding(key.kind === TOKEN ? "token_in_both_fields" : "key_in_both_fields");
      return { findings: byStage([both, ...damageOf(key), ...damageOf(token)]), key: null, token: null };
    }
    return told([...key.findings, ...token.findings], key, token);
  }

  /** Repaired values may still not belong together; where they do, the token says that it is just this appKey's. */
  function told(findings, key, token) {
    const [ownKey, ownToken] = [key.kind === KEY ? key.repaired : null, token.kind === TOKEN ? token.repaired : null];
    if (!ownKey || !ownToken) return { findings: byStage(findings), key: ownKey, token: ownToken };
    if (!belongTogether(ownKey, ownToken)) findings = [...findings, finding("pair_mismatch")];
    else if (key.format === NATIVE) findings = findings.map((one) => (key.findings.includes(one) ? surer(one) : one));
    return { findings: byStage(findings), key: ownKey, token: ownToken };
  }

  const surer = (one) => (one.confidence === LIKELY ? { ...one, confidence: CERTAIN } : one);

  /** What was done to the value itself, wherever it was sent. */
  const damageOf = (one) => one.findings.filter(({ cause }) => !WRONG_KIND.has(cause));

  /** Presence before relation before shape; within a stage the key before the token. */
  const byStage = (findings) => [...findings].sort((a, b) => stageOf(a.cause) - stageOf(b.cause));

  /** Examine the two values together: what was found, in the order in which it is told. Never a value. */
  function examine(appKey, appToken, { depth = 2 } = {}) {
    return relate(read(appKey, KEY, { depth }), read(appToken, TOKEN, { depth })).findings;
  }

  return Object.freeze({ examine, read, relate, CAUSES, OPENING, CLOSING, PUNCTUATION, BLANK, INVISIBLE });
})();
