-- HAProxy asks Chaveiro about a request, in nginx's dialect (docs/reference/http.md), and stops it unless the answer is
-- 200. Any other answer goes to the caller as Chaveiro gave it; no answer is a 503. Needs HAProxy 2.6 or newer.

local MILLISECONDS_MAX = 5000

-- What belongs to the caller's connection or body, and not to a question about it.
local NOT_ASKED = {
    ["host"] = true, ["connection"] = true, ["keep-alive"] = true, ["proxy-connection"] = true, ["te"] = true,
    ["trailer"] = true, ["transfer-encoding"] = true, ["content-length"] = true, ["upgrade"] = true, ["expect"] = true,
    ["http2-settings"] = true,
}
local IDENTITY = {
    "x-chaveiro-account", "x-chaveiro-key", "x-chaveiro-roles", "x-chaveiro-revision", "x-chaveiro-staleness",
}
local TOLD = {
    "content-type", "content-language", "cache-control", "www-authenticate", "retry-after", "x-content-type-options",
    "x-request-id", "x-chaveiro-revision", "x-chaveiro-staleness",
}
local UNAVAILABLE = '{"type": "about:blank", "title": "Nobody can say now whether this request may go on", '
    .. '"status": 503, "code": "authorization_unavailable", "cause": "authorization_unavailable", '
    .. '"detail": "The authorizer does not answer. This says nothing about your credentials.", '
    .. '"remedy": "Try again in a few seconds."}'

local function each(values)
    -- HAProxy counts a header's values from 0, its client from 1.
    local found = {}
    for index = 0, #values do
        if values[index] ~= nil then found[#found + 1] = values[index] end
    end
    return found
end

local function question(txn)
    local headers = {}
    for name, values in pairs(txn.http:req_get_headers()) do
        if not NOT_ASKED[name] then headers[name] = each(values) end
    end
    -- What HAProxy sees, whatever the caller says of it. Some versions call a truth 1.
    local secure = txn.f:ssl_fc()
    headers["x-original-method"] = { txn.f:method() }
    headers["x-original-uri"] = { txn.f:url() }
    headers["x-original-host"] = { txn.f:req_hdr("host") or "" }
    headers["x-original-address"] = { txn.f:src() or "" }
    headers["x-original-scheme"] = { (secure == true or secure == 1) and "https" or "http" }
    return headers
end

local function refuse(txn, status, headers, body)
    local reply = txn:reply({ status = status })
    for name, values in pairs(headers) do
        for _, value in ipairs(values) do reply:add_header(name, value) end
    end
    reply:add_header("content-length", tostring(#body))
    if txn.f:method() ~= "HEAD" then reply:set_body(body) end
    txn:done(reply)
end

local function unavailable(txn)
    refuse(txn, 503, {
        ["content-type"] = { "application/problem+json" },
        ["cache-control"] = { "no-store" },
        ["x-content-type-options"] = { "nosniff" },
        ["retry-after"] = { "5" },
    }, UNAVAILABLE)
end

core.register_action("chaveiro", { "http-req" }, function(txn, authorizer)
    local answer = core.httpclient():get({
        url = "http://" .. authorizer .. "/authz/auth-request",
        headers = question(txn),
        timeout = MILLISECONDS_MAX,
    })
    if answer == nil or answer.status == nil or answer.status == 0 then return unavailable(txn) end
    if answer.status == 200 then
        for _, name in ipairs(IDENTITY) do
            local values = answer.headers[name]
            if values then txn.http:req_set_header(name, each(values)[1]) end
        end
        return
    end
    local kind = answer.headers["content-type"]
    if kind == nil or each(kind)[1] ~= "application/problem+json" then return unavailable(txn) end -- not Chaveiro's
    local told = {}
    for _, name in ipairs(TOLD) do
        if answer.headers[name] then told[name] = each(answer.headers[name]) end
    end
    refuse(txn, answer.status, told, answer.body)
end, 1)
