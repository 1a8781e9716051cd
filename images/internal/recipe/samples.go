package recipe

// tini comes along so that a pod may run it as PID 1 in front of node.
var serverNode = packaged{
	Name:     "server-node",
	About:    "the Node sample server (ws), with tini for pods that want it",
	Packages: []string{"nodejs", "node-ws", "tini"},
	Files:    map[string]string{"/app/server.js": "e2e/servers/node/server.js"},
	Command:  []string{"/usr/bin/node", "/app/server.js"},
	Env:      []string{"NODE_PATH=/usr/share/nodejs"}, // where Debian puts modules; other builds of Node do not look there
}.recipe()

var serverPython = packaged{
	Name:     "server-python",
	About:    "the Python sample server (websockets)",
	Packages: []string{"python3-minimal", "python3-websockets"},
	Files:    map[string]string{"/app/server.py": "e2e/servers/python/server.py"},
	Command:  []string{"/usr/bin/python3", "/app/server.py"},
}.recipe()

// Its configuration comes with the pod.
var serverNginx = packaged{
	Name:     "server-nginx",
	About:    "nginx, to run in a pod in front of a WebSocket server",
	Packages: []string{"nginx"},
	Command:  []string{"/usr/sbin/nginx", "-e", "stderr", "-g", "daemon off;"},
	Rare:     true,
}.recipe()

var serverRabbitMQ = packaged{
	Name:     "server-rabbitmq",
	About:    "RabbitMQ, whose STOMP over WebSocket is served by Cowboy on the BEAM",
	Packages: []string{"rabbitmq-server", "coreutils", "dash", "grep", "sed"}, // its start is a shell script,
	Command:  []string{"/usr/lib/rabbitmq/bin/rabbitmq-server"},
	Rare:     true,
}.recipe()

var serverPuma = packaged{
	Name:     "server-puma",
	About:    "Action Cable on Puma",
	Packages: []string{"puma", "ruby-actioncable", "libjemalloc2"},
	Files:    map[string]string{"/app/config.ru": "e2e/servers/puma/config.ru"},
	Command:  []string{"/usr/bin/puma", "--dir", "/app", "--port", "8080", "config.ru"},
	Env:      []string{"LD_PRELOAD=libjemalloc.so.2"}, // as the Dockerfile that Rails generates
	Rare:     true,
}.recipe()

// A hand-written way to set sysctls, to compare with.
var busybox = packaged{
	Name:     "busybox",
	About:    "busybox, whose sysctl the cost of a pod's start is compared with",
	Packages: []string{"busybox-static"},
	Command:  []string{"/usr/bin/busybox"},
	Rare:     true,
}.recipe()
