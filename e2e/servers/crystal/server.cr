# The Crystal sample server: a WebSocket echo at /ws on the standard library's HTTP server, which Kemal is built on,
# with the socket options that it sets.
require "http/server"

sockets = HTTP::WebSocketHandler.new do |socket, _context|
  socket.on_message { |message| socket.send message }
end

server = HTTP::Server.new([sockets] of HTTP::Handler) do |context|
  if context.request.path == "/healthz"
    context.response.content_type = "text/plain"
    context.response.print "ok"
  else
    context.response.respond_with_status :not_found
  end
end

# As PID 1 a process has no default action for SIGTERM.
Signal::TERM.trap { exit }

address = server.bind_tcp "::", 8080
puts "server-crystal listening address=#{address} version=#{Crystal::VERSION}"
server.listen
