import { LinuxKitError } from "../../../sdk/assembly/error";

/** One word of POSIX sh that stands for the text, whatever is in it. */
export function quote(text: string): string {
    if (text.includes("\0")) {
        throw new LinuxKitError(
            "nul-in-text",
            "a command or a setting of a container holds a NUL, which none can: remove it (the text is not shown, as it may be a secret)",
        );
    }
    return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command of quoted words. */
export function command(...words: readonly string[]): string {
    return words.map(quote).join(" ");
}

/** A function whose commands run as long as they succeed. */
export function shellFunction(name: string, commands: readonly string[]): string {
    return `${name}() {\n    ${commands.length === 0 ? ":" : commands.join(" &&\n    ")}\n}\n`;
}
