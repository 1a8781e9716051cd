# Runs in the root file system of the modern node before it is packed.
set -eu
for module in /usr/lib/modules/*; do depmod "${module##*/}"; done
systemctl --quiet enable seed containerd kubelet kube-proxy systemd-networkd systemd-networkd-wait-online ssh
# Nobody logs in there, and nothing is upgraded.
systemctl --quiet mask getty@tty1 getty-static systemd-logind apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
  modprobe@dm_mod modprobe@fuse modprobe@configfs modprobe@efi_pstore modprobe@loop modprobe@drm systemd-pstore systemd-journal-flush
# Its kernel has no tables of nftables' families.
update-alternatives --quiet --set iptables /usr/sbin/iptables-legacy
update-alternatives --quiet --set ip6tables /usr/sbin/ip6tables-legacy
# It has keys of its own at its first start.
rm -f /etc/ssh/ssh_host_*
echo '127.0.0.1 localhost' >/etc/hosts
