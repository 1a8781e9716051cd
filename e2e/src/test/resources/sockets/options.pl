# perl options.pl PID PORT: prints the options of each connection that a process accepted on a TCP port, a line each:
# SO_KEEPALIVE TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_USER_TIMEOUT. It duplicates the descriptors of that process, which
# does not notice (pidfd_getfd(2), Linux 5.6), so that the options are those of the server's own sockets. Needs root.
use strict;
use warnings;
use Socket;

my ($pid, $port) = @ARGV;
my ($pidfd_open, $pidfd_getfd) = (434, 438);    # on every architecture
my @options = ([1, 9], [6, 4], [6, 5], [6, 6], [6, 18]);

my $process = syscall($pidfd_open, $pid + 0, 0);
$process >= 0 or die "open process $pid: $!";
opendir(my $descriptors, "/proc/$pid/fd") or die "list the descriptors of $pid: $!";
for my $descriptor (sort { $a <=> $b } grep { /^\d+$/ } readdir $descriptors) {
    (readlink("/proc/$pid/fd/$descriptor") // "") =~ /^socket:/ or next;
    my $copy = syscall($pidfd_getfd, $process, $descriptor + 0, 0);
    $copy >= 0 or next;                          # closed meanwhile
    open(my $socket, "+<&=", $copy) or die "use a descriptor: $!";
    my ($own, $peer) = (getsockname($socket), getpeername($socket));
    $own && $peer && port($own) == $port or next;
    print join(" ", map { unpack("i", getsockopt($socket, $_->[0], $_->[1])) } @options), "\n";
}

# The port of an address of IPv4 or IPv6; 0 of others.
sub port {
    my $address = shift;
    my $family = sockaddr_family($address);
    return $family == AF_INET || $family == AF_INET6 ? unpack("x2 n", $address) : 0;
}
