// The Node sample server: a WebSocket echo on `ws` whose TCP keepalive can be switched.
'use strict';

const http = require('http');
const { WebSocketServer } = require('ws');
const { version } = require('ws/package.json');

const port = process.env.PORT || '8080';
const mode = process.env.KEEPALIVE || 'default';
const pingSeconds = Number(process.env.PING_SECONDS || 0);

if (!['default', 'on', 'off'].includes(mode)) {
  fail(`KEEPALIVE="${mode}": give default, on or off`);
}
if (!Number.isInteger(pingSeconds) || pingSeconds < 0) {
  fail(`PING_SECONDS="${process.env.PING_SECONDS}": give a whole number of seconds, 0 for no pings`);
}

// Node sets no keepalive by default. With `keepAlive` it sets SO_KEEPALIVE on accepted sockets; the initial delay
// stays 0, which libuv does not pass on as TCP_KEEPIDLE, so the kernel's times act.
const options = mode === 'on' ? { keepAlive: true } : {};

const server = http.createServer(options, (request, response) => {
  const healthy = request.method === 'GET' && request.url === '/healthz';
  response.writeHead(healthy ? 200 : 404, { 'Content-Type': 'text/plain' });
  response.end(healthy ? 'ok' : 'not found');
});

const sockets = new WebSocketServer({ server, path: '/ws' });
sockets.on('connection', (socket) => {
  socket.on('error', () => socket.terminate());
  socket.on('message', (message, isBinary) => socket.send(message, { binary: isBinary }));
});
if (pingSeconds > 0) {
  setInterval(() => sockets.clients.forEach((socket) => socket.ping()), pingSeconds * 1000);
}

// As PID 1 a process has no default action for SIGTERM.
process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => process.exit(0));

server.on('error', (error) => fail(`listen on PORT="${port}": ${error.message}`));
server.listen(port, () => {
  console.log(`server-node listening port=${port} keepalive=${mode} pingSeconds=${pingSeconds} version=${version}`);
});

function fail(message) {
  console.error(`server-node: ${message}`);
  process.exit(1);
}
