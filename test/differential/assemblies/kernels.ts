import { makeTar } from "../../image/archive/make-tar";
import { kernelFile, kernelTar } from "./common";
import { file, folder, image, type Sample } from "./sample";

/** A cpio with one file where the kernel looks for microcode. */
const microcode = Buffer.concat([
    cpioEntry("kernel/x86/microcode/GenuineIntel.bin", 0o100644, Buffer.from("microcode")),
    cpioEntry("TRAILER!!!", 0, Buffer.alloc(0)),
]);

function cpioEntry(name: string, mode: number, body: Buffer): Buffer {
    const fields = [1, mode, 0, 0, 1, 0, body.length, 0, 0, 0, 0, name.length + 1, 0];
    const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}${name}\0`;
    const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
    return Buffer.concat([padded(Buffer.from(header)), padded(body)]);
}

const whole = image([
    folder("boot"),
    file("bzImage", kernelFile, { mode: 0o600, uid: 3, mtime: 5 }),
    file("modules.tar", kernelTar, { mode: 0o600 }),
    file("kernel-dev.tar", "not looked at"),
    file("intel-ucode.cpio", microcode, { mode: 0o640 }),
]);

const dotted = image([
    file("kernel", kernelFile),
    file(
        "kernel.tar",
        makeTar(
            { name: "./", type: "5", mode: 0o755, mtime: 9 },
            { name: "./lib/", type: "5", mode: 0o755, mtime: 9 },
            { name: "./lib/firmware/", type: "5", mode: 0o755, mtime: 9 },
            { name: "./lib/firmware/a.bin", body: "firmware", mode: 0o444, uid: 12, gid: 13, mtime: 9 },
            { name: "./lib/firmware/b.bin", type: "2", link: "a.bin", mode: 0o777, mtime: 9 },
            { name: "./lib/firmware/c.bin", type: "1", link: "./lib/firmware/a.bin", mode: 0o444, mtime: 9 },
        ),
    ),
]);

export const kernelSamples: readonly Sample[] = [
    {
        name: "a kernel of another name, with modules and microcode",
        images: { "made/whole:1": whole },
        yaml: `kernel:
  image: made/whole:1
  binary: bzImage
  tar: modules.tar
  ucode: intel-ucode.cpio
  cmdline: "console=ttyS0 page_poison=1 a=\\"b c\\""
init: [made/init:1]
`,
    },
    {
        name: "a kernel alone",
        images: { "made/whole:1": whole },
        yaml: "kernel: {image: made/whole:1, binary: bzImage, tar: none}\ninit: [made/init:1]\n",
    },
    {
        name: "a kernel's tar with dots before its names",
        images: { "made/dotted:1": dotted },
        yaml: "kernel: {image: made/dotted:1}\ninit: [made/init:1]\n",
    },
];
