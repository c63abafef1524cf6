/** Guests of a few dozen bytes that QEMU's `-kernel` takes: they print lines, and the first hears the power button. */
const power = "linuxkit: powering off\r\n";

/** Multiboot 1 for `q35`: prints at COM1, then powers off through ACPI's PM1 registers when the button is pressed. */
export function tinyGuest(lines: readonly string[], end: "wait" | "off" = "wait"): Buffer {
    const base = 0x100000;
    const header = [0x1badb002, 0x10000, -(0x1badb002 + 0x10000), base, base, 0, 0, base + 32];
    const text = Buffer.from(`${lines.map((line) => `${line}\r\n`).join("")}\0${power}\0`, "latin1");
    const code = (textAt: number): Buffer =>
        Buffer.from([
            ...print(textAt),
            ...(end === "wait" ? waitForButton : []),
            ...print(textAt + text.indexOf(0) + 1),
            ...[0x66, 0xba, 0x04, 0x06, 0x66, 0xb8, 0x00, 0x20, 0x66, 0xef], // PM1a_CNT: sleep type 0, sleep enable
            ...[0xf4, 0xeb, 0xfd], // hlt; jmp back
        ]);
    const textAt = base + 32 + code(0).length;
    const words = Buffer.alloc(32);
    header.forEach((word, index) => words.writeInt32LE(word | 0, index * 4));
    return Buffer.concat([words, code(textAt), text]);
}

function print(address: number): number[] {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(address);
    return [
        ...[0xbe, ...bytes], // mov esi, address
        ...[0x66, 0xba, 0xf8, 0x03], // mov dx, 0x3f8
        ...[0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8], // lodsb; test al, al; jz out; out dx, al; jmp back
    ];
}

const waitForButton = [
    ...[0x66, 0xba, 0x02, 0x06, 0x66, 0xb8, 0x00, 0x01, 0x66, 0xef], // PM1_EN: power button
    ...[0x66, 0xba, 0x00, 0x06, 0x66, 0xed, 0xf6, 0xc4, 0x01, 0x74, 0xf5], // until PM1_STS has its bit
];

/** A flat image for arm64's `virt`: prints at the PL011 and waits for ever. */
export function tinyArmGuest(lines: readonly string[]): Buffer {
    const instructions = [
        0x10000101, // adr x1, text
        0xd2a12002, // movz x2, #0x0900, lsl #16
        0x38401420, // ldrb w0, [x1], #1
        0x34000060, // cbz w0, wait
        0x39000040, // strb w0, [x2]
        0x17fffffd, // b ldrb
        0xd503207f, // wait: wfi
        0x17ffffff, // b wait
    ];
    const code = Buffer.alloc(instructions.length * 4);
    instructions.forEach((instruction, index) => code.writeUInt32LE(instruction >>> 0, index * 4));
    return Buffer.concat([code, Buffer.from(`${lines.map((line) => `${line}\r\n`).join("")}\0`, "latin1")]);
}
