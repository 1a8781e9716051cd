// The server of server.c in Node.js, which can only set keepalive of accepted sockets; the interval and the probes
// that come with it are Node's.
const net = require('node:net');

const [address, where, time] = process.argv.slice(2);
const server = net.createServer((socket) => {
  if (where === 'accepted') socket.setKeepAlive(time > 0, time * 1000);
  console.log('ready');
});
server.listen(0, address, () => net.connect(server.address().port, address));
