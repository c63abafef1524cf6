# shellcheck disable=SC2034
# containerd itself: a program of the machine's own that is supervised as a service, and that every other service depends on.

runner=run_program restart=always dependencies='' stop_timeout=5 bundle_folder='' own_network=''
health=command health_target='' health_port='' health_interval=300 health_timeout=20 health_retries=4 ready_timeout=120

prepare() {
    mkfifo "$state/pause"
}

health_command() {
    timeout "$health_timeout" ctr --connect-timeout 10s version
}
