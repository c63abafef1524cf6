import type { Architecture } from "../../../sdk/assembly/spec";

/** A guest of a few bytes, and how QEMU ends when a processor has run it. */
export interface ProbeGuest {
    readonly image: Buffer;
    readonly args: readonly string[];
    readonly exitCode: number;
    readonly output: string;
}

const marker = "K";

export function probeGuest(architecture: Architecture): ProbeGuest {
    return architecture === "amd64" ? multibootGuest() : armGuest();
}

/** Multiboot 1 (section 3.1, "a.out kludge"): a flat image that QEMU loads at 1 MiB and enters in protected mode. */
function multibootGuest(): ProbeGuest {
    const magic = 0x1badb002;
    const addressesGiven = 0x10000;
    const base = 0x100000;
    const code = Buffer.from([
        ...[0x66, 0xba, 0xf8, 0x03], // mov dx, 0x3f8
        ...[0xb0, marker.charCodeAt(0)], // mov al, marker
        ...[0xee], // out dx, al
        ...[0x66, 0xba, 0xf4, 0x00], // mov dx, 0xf4
        ...[0xb0, 0x2a], // mov al, 42
        ...[0xee], // out dx, al
        ...[0xf4, 0xeb, 0xfd], // hlt; jmp back
    ]);
    const header = Buffer.alloc(32);
    const fields = [magic, addressesGiven, -(magic + addressesGiven), base, base, 0, 0, base + header.length];
    fields.forEach((field, index) => header.writeInt32LE(field | 0, index * 4));
    return {
        image: Buffer.concat([header, code]),
        args: ["-machine", "q35", "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"],
        exitCode: (42 << 1) | 1,
        output: marker,
    };
}

/** A flat image for the `virt` machine: the PL011 is at 0x09000000, and PSCI's SYSTEM_OFF ends QEMU. */
function armGuest(): ProbeGuest {
    const instructions = [
        0xd2a12001, // movz x1, #0x0900, lsl #16
        0x52800002 | (marker.charCodeAt(0) << 5), // movz w2, #marker
        0x39000022, // strb w2, [x1]
        0x52800100, // movz w0, #0x0008
        0x72b08000, // movk w0, #0x8400, lsl #16
        0xd4000002, // hvc #0
        0x14000000, // b .
    ];
    const image = Buffer.alloc(instructions.length * 4);
    instructions.forEach((instruction, index) => image.writeUInt32LE(instruction, index * 4));
    return { image, args: ["-machine", "virt,gic-version=max"], exitCode: 0, output: marker };
}
