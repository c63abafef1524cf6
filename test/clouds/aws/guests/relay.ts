import { connect } from "node:net";

/** `relay.ts <port>`: what QEMU starts for each connection of a guest; carries it to a port on loopback. */
const socket = connect(Number(process.argv[2]), "127.0.0.1");
process.stdin.pipe(socket);
socket.pipe(process.stdout);
socket.on("error", () => process.exit(1));
socket.on("close", () => process.exit(0));
