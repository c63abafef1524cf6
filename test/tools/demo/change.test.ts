import { readFileSync } from "node:fs";
import path from "node:path";
import { limitRedisMemory } from "../../../tools/demo/change.ts";

test("the example's redis-server gets one more argument", () => {
    const program = readFileSync(path.join(__dirname, "../../../examples/redis-os/index.ts"), "utf8");
    expect(limitRedisMemory(program)).toContain('"--protected-mode", "no", "--maxmemory", "64mb"]');
});

test("a program without the arguments is refused", () => {
    expect(() => limitRedisMemory("export {};")).toThrow('examples/redis-os/index.ts has no "--protected-mode", "no"');
});
