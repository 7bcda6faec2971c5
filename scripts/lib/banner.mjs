/**
 * @typedef {object} Facts
 * @property {string} apiUrl where the service listens
 * @property {string | undefined} token nothing when all there are stand in API_TOKENS, maybe as hashes
 * @property {string} webhookUrl of the demo receiver
 * @property {number | undefined} redisPort of the embedded Redis; nothing when the user has their own
 * @property {string} prefix of the key names (KEY_PREFIX)
 */

/**
 * What a successful start tells the user: where it is, and commands that work as they are.
 * @param {Facts} facts
 * @returns {string}
 */
export function banner({ apiUrl, token, webhookUrl, redisPort, prefix }) {
  const url = reachable(apiUrl);
  const lines = [
    '',
    '─'.repeat(80),
    `API de Agendamento is ready: ${url}`,
    `Token: ${token ?? 'one of API_TOKENS'}`,
    '',
    'Schedule a message five seconds ahead, to the demo receiver of this terminal:',
    '',
    curlCommand({ url, token: token ?? '<token>', webhookUrl }),
    '',
    ...(redisPort === undefined ? [] : lookInside(redisPort, prefix)),
    'Stop with Ctrl-C.',
    '─'.repeat(80),
    '',
  ];
  return lines.join('\n');
}

/**
 * One command for any shell and system: `date` of macOS cannot add seconds, Node can.
 * @param {{ url: string, token: string, webhookUrl: string }} facts
 */
function curlCommand({ url, token, webhookUrl }) {
  const time = `$(node -p 'new Date(Date.now()+5e3).toISOString()')`;
  const id = 'demo-$(date +%s)';
  const fields = [
    ['id', `"${id}"`],
    ['scheduleTo', `"${time}"`],
    ['payload', '{"hello":"world"}'],
    ['webhookUrl', `"${webhookUrl}"`],
  ];
  const json = `{${fields.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
  // In single quotes, except where the shell has to fill something in.
  const body = json.replaceAll(id, `demo-'"$(date +%s)"'`).replace(time, `'"${time}"'`);
  return [
    `curl -sS -X POST ${url}/messages \\`,
    `  -H 'Authorization: Bearer ${token.replaceAll("'", `'\\''`)}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${body}'`,
  ].join('\n');
}

/**
 * @param {number} port
 * @param {string} prefix
 */
function lookInside(port, prefix) {
  return [
    'Look inside:',
    '',
    `redis-cli -p ${port} --scan`,
    `redis-cli -p ${port} ZRANGE ${prefix}index:due 0 9 WITHSCORES`,
    `redis-cli -p ${port} HGETALL ${prefix}message:<id>`,
    '',
  ];
}

/**
 * @param {string} url
 * @returns {string} the same service, by a name that a client on this machine can use
 */
export function reachable(url) {
  return url.replace(/\/\/(0\.0\.0\.0|\[::\])(?=[:/]|$)/, '//localhost').replace(/\/$/, '');
}
