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

// Its configuration comes with the pod.
var serverHAProxy = packaged{
	Name:     "server-haproxy",
	About:    "HAProxy as master and worker, to run in a pod in front of a WebSocket server",
	Packages: []string{"haproxy"},
	Command:  []string{"/usr/sbin/haproxy", "-W", "-db", "-f", "/etc/haproxy/haproxy.cfg"},
	Rare:     true,
}.recipe()

// Its configuration comes with the pod.
var serverApache = packaged{
	Name:     "server-apache",
	About:    "Apache httpd, to run in a pod in front of a WebSocket server",
	Packages: []string{"apache2-bin"},
	Command:  []string{"/usr/sbin/apache2", "-D", "FOREGROUND", "-f", "/etc/apache2/apache2.conf"},
	Rare:     true,
}.recipe()

// --http-socket serves clients without the router process of --http, so the workers hold the connections. The package's
// scripts, which would give the plugin the name python3, are not run.
var serverUWSGI = packaged{
	Name:     "server-uwsgi",
	About:    "a Python application on uWSGI, with its own WebSockets",
	Packages: []string{"uwsgi-core", "uwsgi-plugin-python3"},
	Files:    map[string]string{"/app/app.py": "e2e/servers/uwsgi/app.py"},
	Command: []string{"/usr/bin/uwsgi-core", "--plugin", "python311", "--master", "--processes", "2", "--threads", "8",
		"--http-socket", ":8080", "--wsgi-file", "/app/app.py"},
	Rare: true,
}.recipe()

// A heartbeat file of each worker is in shared memory, because nothing else can be written.
var serverGunicorn = packaged{
	Name:     "server-gunicorn",
	About:    "an ASGI application on two uvicorn workers of gunicorn",
	Packages: []string{"gunicorn", "python3-uvicorn", "python3-websockets"},
	Files:    map[string]string{"/app/app.py": "e2e/servers/gunicorn/app.py"},
	Command: []string{"/usr/bin/python3", "-m", "gunicorn", "--chdir", "/app", "--bind", ":8080", "--workers", "2",
		"--worker-class", "uvicorn.workers.UvicornWorker", "--worker-tmp-dir", "/dev/shm", "app:application"},
	Rare: true,
}.recipe()

var serverSupervisor = packaged{
	Name:     "server-supervisor",
	About:    "the Python sample server with another limit than supervisord, which starts it",
	Packages: []string{"supervisor", "python3-websockets"},
	Files: map[string]string{
		"/app/server.py":        "e2e/servers/python/server.py",
		"/app/raised.py":        "e2e/servers/supervisor/raised.py",
		"/app/supervisord.conf": "e2e/servers/supervisor/supervisord.conf",
	},
	Command: []string{"/usr/bin/python3", "/usr/bin/supervisord", "-c", "/app/supervisord.conf"},
	Rare:    true,
}.recipe()

// A hand-written way to set sysctls, to compare with.
var busybox = packaged{
	Name:     "busybox",
	About:    "busybox, whose sysctl the cost of a pod's start is compared with",
	Packages: []string{"busybox-static"},
	Command:  []string{"/usr/bin/busybox"},
	Rare:     true,
}.recipe()
