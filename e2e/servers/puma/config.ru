# The Puma sample server: Action Cable at /ws, with the socket options that Puma and Action Cable set. A client is
# greeted with {"type":"welcome"}, and hears {"type":"ping"} every three seconds.
require "active_support"
require "action_cable"

ActionCable.server.config.tap do |config|
  config.cable = { "adapter" => "async" }
  config.connection_class = -> { ActionCable::Connection::Base }
  config.disable_request_forgery_protection = true # this server has no secrets and no state
  config.logger = Logger.new($stderr, level: Logger::WARN)
end

map("/healthz") { run ->(_) { [200, { "content-type" => "text/plain" }, ["ok"]] } }
map("/ws") { run ActionCable.server }
