#!/bin/bash
# PID 1 of one node, inside mount, net, pid, uts and ipc namespaces of its own: kill it, and the whole node is gone as if
# its power had failed. node.ts starts it with these variables:
#   NAME ADDRESS GATEWAY    the node's name, its address on the nodes' network, the host's there
#   ROUTES                  "CIDR,VIA ..." to the other nodes' pods
#   DIR                     the node's folder: configuration files, state, logs
#   BIN                     folder of kubelet and kube-proxy
#   KUBECONFIG_FILE         the kubelet's
#   IMAGES                  folders whose *.tar are imported, once each
set -uo pipefail
mount --make-rshared /   # unshare made everything private; the kubelet wants to be able to propagate mounts
mkdir -p "$DIR"/{kubelet,containerd,log-pods,log-containers,cni-state,imported}

# Paths that kubelet, containerd and CNI have hard coded: each node gets its own behind them.
mkdir -p /var/lib/kubelet /var/log/pods /var/log/containers /var/lib/cni /run/containerd /run/netns
mount --bind "$DIR/kubelet" /var/lib/kubelet
mount --bind "$DIR/log-pods" /var/log/pods
mount --bind "$DIR/log-containers" /var/log/containers
mount --bind "$DIR/cni-state" /var/lib/cni
mount -t tmpfs tmpfs /run/containerd
mount -t tmpfs tmpfs /run/netns

# The kubelet insists on writing these six sysctls, and they are the whole machine's: it gets files of its own instead.
mkdir -p "$DIR/sysctl"
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file=$DIR/sysctl/${setting%=*}
  mkdir -p "${file%/*}"
  echo "${setting#*=}" >"$file"
  mount --bind "$file" "/proc/sys/${setting%=*}"
done

# Name and network; these sysctls belong to the node's own network namespace.
echo "$NAME" >/proc/sys/kernel/hostname
ip link set lo up
for _ in $(seq 200); do [ -e /proc/sys/net/ipv4/conf/eth0 ] && break; sleep .05; done
ip address add "$ADDRESS/24" dev eth0
ip link set eth0 up
ip route add default via "$GATEWAY"
for route in $ROUTES; do ip route add "${route%,*}" via "${route#*,}"; done
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
echo 0 >/proc/sys/net/ipv4/conf/default/rp_filter

run() { local log=$DIR/$1.log; shift; "$@" >"$log" 2>&1 </dev/null & }

run containerd containerd --config "$DIR/containerd.toml"
for _ in $(seq 400); do ctr version >/dev/null 2>&1 && break; sleep .05; done
for folder in $IMAGES; do
  for archive in "$folder"/*.tar; do
    [ -e "$archive" ] || continue
    marker=$DIR/imported/${archive##*/}
    [ "$marker" -nt "$archive" ] && continue
    ctr -n k8s.io images import "$archive" >>"$DIR/import.log" 2>&1 && touch "$marker"
  done
done
run kubelet "$BIN/kubelet" --config="$DIR/kubelet.json" --kubeconfig="$KUBECONFIG_FILE" \
  --hostname-override="$NAME" --node-ip="$ADDRESS" --root-dir=/var/lib/kubelet
run kube-proxy "$BIN/kube-proxy" --config="$DIR/kube-proxy.json"

trap 'exit 0' TERM INT
while :; do sleep 3600 & wait $!; done   # bash reaps whatever is handed to PID 1
