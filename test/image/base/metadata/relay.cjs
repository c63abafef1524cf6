// Carries one connection of a guest, which QEMU hands over as standard input and output, to a port of this host's loopback.
const { connect } = require("node:net");

const socket = connect(Number(process.argv[2]), "127.0.0.1");
process.stdin.pipe(socket).on("error", () => process.exit(1));
socket.pipe(process.stdout);
socket.on("close", () => process.exit(0));
