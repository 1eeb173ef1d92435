// Makes calls with @vtex/api and @vtex/clients, a line of JSON each way, as an app of VTEX IO would.
"use strict";

const { Agent } = require("node:https");
const { createInterface } = require("node:readline");
const { AuthenticationError, ForbiddenError, JanusClient, LicenseManager, ResolverError } = require("@vtex/api");
const { Auth, authDirectiveTypeDefs } = require(
  "@vtex/api/lib/service/worker/runtime/graphql/schema/schemaDirectives/Auth"
);
const { OMS } = require("@vtex/clients");
const { graphql } = require("graphql");
const { makeExecutableSchema } = require("graphql-tools");

const PORTAL = "https://portal.vtexcommercestable.com.br";
const WRAPPED = { 401: AuthenticationError, 403: ForbiddenError };
const httpsAgent = new Agent({ keepAlive: false, proxyEnv: { HTTPS_PROXY: process.env.SHOP_PROXY } });

// What the runtime of VTEX IO gives its clients, as far as they use it.
const context = (asked, token = "the token of an app") => ({
  account: asked.account,
  authToken: token,
  tracer: { isTraceSampled: false },
  logger: console,
});

// These clients write `http:`, as the way out of VTEX IO adds TLS. Outside of it, a middleware of theirs does.
const reaching = (base) => async (ctx, next) => {
  ctx.config.baseURL = base;
  await next();
};

const options = (base, headers = {}) => ({ headers, httpsAgent, middlewares: [reaching(base)], timeout: 10000 });
const paired = (asked) => ({ "X-VTEX-API-AppKey": asked.key, "X-VTEX-API-AppToken": asked.token });
const ownHost = (asked) => `https://${asked.account}.vtexcommercestable.com.br`;

// Apps write clients of their own like this one.
class Any extends JanusClient {
  get(path) {
    return this.http.get(path);
  }

  login(appkey, apptoken) {
    return this.http.post("/api/vtexid/apptoken/login", { appkey, apptoken });
  }
}

const any = (asked) => new Any(context(asked), options(ownHost(asked), paired(asked)));
const login = (asked) => new Any(context(asked), options(ownHost(asked))).login(asked.key, asked.token);
const loggedIn = async (asked, client, base = PORTAL) => {
  const { token } = await login(asked);
  return [new client(context(asked, token), options(base)), token];
};

// A field of an app's own, which the directive of VTEX's runtime guards: only for who may do this with that product.
const guarded = async (asked, token, productCode, resourceCode) => {
  const guard = `@auth(scope: PRIVATE, productCode: "${productCode}", resourceCode: "${resourceCode}")`;
  const schema = makeExecutableSchema({
    typeDefs: `${authDirectiveTypeDefs} type Query { orders: Int ${guard} }`,
    resolvers: { Query: { orders: () => 3 } },
    schemaDirectives: { auth: Auth },
  });
  const request = { cookies: { get: () => token }, get: () => token, vtex: context(asked, token) };
  const { data, errors } = await graphql(schema, "{ orders }", null, request);
  if (errors) throw errors[0].originalError;
  return data.orders;
};

const calls = {
  orders: (asked) => new OMS(context(asked), options(ownHost(asked), paired(asked))).listOrders(null),
  "orders at the portal": (asked) => new OMS(context(asked), options(PORTAL, paired(asked))).listOrders(null),
  "orders by token": async (asked) => (await loggedIn(asked, OMS))[0].listOrders(),
  login,
  account: async (asked) => {
    const [manager, token] = await loggedIn(asked, LicenseManager);
    return manager.getAccountData(token);
  },
  topbar: async (asked) => {
    const [manager, token] = await loggedIn(asked, LicenseManager);
    return manager.getTopbarData(token);
  },
  access: async (asked, resource) => {
    const [manager, token] = await loggedIn(asked, LicenseManager);
    return manager.canAccessResource(token, resource);
  },
  guarded: async (asked, product, resource) => guarded(asked, (await login(asked)).token, product, resource),
  "guarded with a token": guarded,
  "account with a token": (asked, token) =>
    new LicenseManager(context(asked, token), options(PORTAL)).getAccountData(token),
  "account by pair": (asked) => any(asked).get("/api/vlm/account"),
  "roles of": (asked, user) => any(asked).get(`/api/license-manager/users/${user}/roles`),
  roles: (asked) => any(asked).get("/api/license-manager/site/pvt/roles/list/paged?numItems=10&pageNumber=1"),
  users: (asked) => any(asked).get("/api/license-manager/site/pvt/logins/list/paged?numItems=10&pageNumber=1"),
};

const outcome = async (asked) => {
  try {
    return { data: await calls[asked.call](asked, ...asked.given) };
  } catch (error) {
    const status = error.response ? error.response.status : null;
    const wrapped = status ? new (WRAPPED[status] || ResolverError)(error) : error; // what an app tells its own callers
    return {
      raised: wrapped.name,
      message: wrapped.message,
      status,
      body: wrapped.response ? wrapped.response.data : null,
    };
  }
};

const answered = async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await outcome(JSON.parse(line)))}\n`);
  }
};

answered();
