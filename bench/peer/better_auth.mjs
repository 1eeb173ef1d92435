// better-auth's api-key plugin: verifies keys on demand. Arguments: `memory` or the path of an SQLite file, and how many
// keys. Each line of standard input is a number of verifications; the answer is how many of them were right.
// Limits on how often a key may be used are off, as they would refuse what is asked here.
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { getMigrations } from "better-auth/db/migration";

const [where, count] = [process.argv[2], Number(process.argv[3])];
const tables = { user: [], session: [], account: [], verification: [], apikey: [] };
const options = {
  database: where === "memory" ? memoryAdapter(tables) : new DatabaseSync(where),
  secret: "a secret of this run alone, long enough for it",
  baseURL: "http://127.0.0.1",
  telemetry: { enabled: false },
  logger: { disabled: true },
  emailAndPassword: { enabled: true },
  plugins: [apiKey({ rateLimit: { enabled: false } })],
};
if (where !== "memory") await (await getMigrations(options)).runMigrations();
const auth = betterAuth(options);
const body = { email: "ana@bench.example", password: "only for the bench", name: "Ana" };
const { user } = await auth.api.signUpEmail({ body });
const wanted = { orders: ["list"] };
const keys = [];
for (let made = 0; made < count; made++) {
  const issued = await auth.api.createApiKey({ body: { userId: user.id, name: "bench", permissions: wanted } });
  keys.push(issued.key);
}
const refused = await auth.api.verifyApiKey({ body: { key: `${keys[0]}x`, permissions: wanted } });
if (refused.valid) throw new Error("a wrong key was allowed");
console.log("ready");

let next = 0;
for await (const line of createInterface({ input: process.stdin })) {
  let right = 0;
  for (let asked = Number(line); asked > 0; asked--) {
    next = (next + 1) % keys.length;
    right += (await auth.api.verifyApiKey({ body: { key: keys[next], permissions: wanted } })).valid;
  }
  console.log(right);
}
