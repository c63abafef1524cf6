import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";

const COLUMNS = 116;
const LINE_HEIGHT = 18;
const CHARACTER_WIDTH = 7.8;
const MARGIN = 16;

/** `npm run -s demo | node tools/picture/main.ts > docs/demo.svg`: what a terminal showed, as a picture. */
process.stdout.write(picture(shownLines(await text(process.stdin))));

/** Pulumi's dots for a pipe say nothing in a picture, nor do empty lines. */
function shownLines(output: string): string[] {
    return stripVTControlCharacters(output)
        .split("\n")
        .map((line) => line.trimEnd())
        .filter((line) => line !== "" && !/^@ \w+/.test(line) && !line.startsWith("> "))
        .map((line) => (line.length > COLUMNS ? `${line.slice(0, COLUMNS - 1)}…` : line));
}

function picture(lines: readonly string[]): string {
    const width = Math.ceil(COLUMNS * CHARACTER_WIDTH + 2 * MARGIN);
    const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
    const rows = lines.map(
        (line, index) =>
            `<text x="${MARGIN}" y="${MARGIN + (index + 0.8) * LINE_HEIGHT}" fill="${colour(line)}" xml:space="preserve">${escaped(line)}</text>`,
    );
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">`,
        `<rect width="100%" height="100%" rx="8" fill="#12151c"/>`,
        ...rows,
        "</svg>",
        "",
    ].join("\n");
}

function colour(line: string): string {
    const colours: readonly [RegExp, string][] = [
        [/^==>/, "#7cc7ff"],
        [/^ +PONG$|nothing: no process|the change is in/, "#8ff0a4"],
        [/^ +(\+-|~|--|\+\+) /, "#ffd479"],
        [/^ +\+ /, "#8ff0a4"],
        [/^ +- /, "#ff9b9b"],
    ];
    return colours.find(([pattern]) => pattern.test(line))?.[1] ?? "#d6dae3";
}

function escaped(line: string): string {
    return line.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
