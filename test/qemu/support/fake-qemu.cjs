// Stands in for QEMU: the same arguments, control socket, pid file, console and forwarded ports, and no guest.
// `fake=<behaviour>` among the kernel's arguments chooses how the guest fares.
const { appendFileSync, writeFileSync, rmSync } = require("node:fs");
const net = require("node:net");

const args = process.argv.slice(2);
const valueOf = (option) => args[args.indexOf(option) + 1];
const behaviour = /\bfake=(\S+)/.exec(valueOf("-append"))?.[1] ?? "ready";
const consoleFile = /path=([^,]+)/.exec(valueOf("-chardev"))[1];
const socket = /^unix:([^,]+)/.exec(valueOf("-qmp"))[1];
const forwards = valueOf("-netdev")
    .split(",")
    .flatMap((option) => [...option.matchAll(/^hostfwd=tcp:([\d.]+):(\d+)-:(\d+)$/g)])
    .map(([, address, host, guest]) => ({ address, host: Number(host), guest }));

const print = (line) => appendFileSync(consoleFile, `${line}\r\n`);
const end = (code) => {
    rmSync(socket, { force: true });
    process.exit(code);
};

function listen(index) {
    if (index === forwards.length) {
        return boot();
    }
    const { address, host, guest } = forwards[index];
    const server = net.createServer((connection) => connection.end("PONG\n"));
    server.once("error", () => {
        process.stderr.write(
            `qemu-system-x86_64: -netdev user: Could not set up host forwarding rule 'tcp:${address}:${host}-:${guest}'\n`,
        );
        end(1);
    });
    server.listen(host, address, () => listen(index + 1));
}

function boot() {
    writeFileSync(valueOf("-pidfile"), String(process.pid));
    serve();
    print("[    0.000000] Linux version 6.12.0");
    const fates = {
        ready: () => print("linuxkit: ready boot=1 0.5s"),
        deaf: () => print("linuxkit: ready boot=1 0.5s"),
        panic: () => {
            print("[    0.900000] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00007f00");
            print("[    0.910000] CPU: 0 PID: 1 Comm: init");
            print(
                "[    0.990000] ---[ end Kernel panic - not syncing: Attempted to kill init! exitcode=0x00007f00 ]---",
            );
        },
        failed: () => print("linuxkit: failed: service redis: no such file: redis-server"),
        silent: () => print("waiting for nothing"),
        off: () => end(0),
    };
    fates[behaviour]();
}

function serve() {
    rmSync(socket, { force: true });
    const server = net.createServer((client) => {
        client.on("error", () => {});
        const send = (message) => client.write(`${JSON.stringify(message)}\r\n`);
        send({ QMP: { version: {}, capabilities: [] } });
        let rest = "";
        client.on("data", (data) => {
            const lines = (rest + data.toString("utf8")).split("\n");
            rest = lines.pop();
            lines.filter((line) => line.trim() !== "").forEach((line) => answer(JSON.parse(line).execute, send));
        });
    });
    server.listen(socket);
}

function answer(command, send) {
    const answers = {
        "query-status": { status: behaviour === "panicked" ? "guest-panicked" : "running" },
        "query-uuid": { UUID: valueOf("-uuid") },
    };
    send({ timestamp: {}, event: "NOISE" });
    send({ return: answers[command] ?? {} });
    if (command === "quit") {
        end(0);
    }
    if (["system_powerdown", "send-key"].includes(command) && behaviour !== "deaf") {
        print("linuxkit: powering off");
        setTimeout(() => end(0), 10);
    }
}

listen(0);
