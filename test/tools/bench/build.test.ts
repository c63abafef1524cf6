import { dataTarXz } from "../../../tools/bench/build/deb.ts";
import type { Plan } from "../../../tools/bench/build/plan.ts";
import { packageHashes, withRedisMemory } from "../../../tools/bench/build/plan.ts";
import { makeAr } from "../../image/debian/support/make-deb";

const version: readonly [string, Buffer] = ["debian-binary", Buffer.from("2.0\n")];

test.each(["data.tar.xz", "data.tar.xz/"])("%s is found behind members of odd and even sizes", (name) => {
    const deb = makeAr([version, ["control.tar.xz", Buffer.from("odd")], [name, Buffer.from("the data")]]);
    expect(dataTarXz(deb).toString()).toBe("the data");
});

test("a package of another compression is refused by what it holds", () => {
    const deb = makeAr([version, ["data.tar.zst", Buffer.from("data")]]);
    expect(() => dataTarXz(deb)).toThrow("holds debian-binary, data.tar.zst, but no data.tar.xz");
    expect(() => dataTarXz(Buffer.from("data"))).toThrow("no ar archive");
});

const plan: Plan = {
    compression: "fast",
    components: {
        kernel: { resolved: { packages: { linux: { sha256: "1" } } } },
        "onboot.dhcp": { command: ["/dhcp"], resolved: {} },
        "services.redis": {
            command: ["redis-server"],
            resolved: { packages: { linux: { sha256: "1" }, "redis-server": { sha256: "2" } } },
        },
    },
};

test("a package of two components is named once", () => {
    expect(packageHashes(plan)).toEqual(["1", "2"]);
});

test("nothing but redis' arguments change", () => {
    const changed = withRedisMemory(plan, 7);
    expect(changed.components["services.redis"]?.command).toEqual(["redis-server", "--maxmemory", "7mb"]);
    expect({ ...changed, components: { ...changed.components, "services.redis": 0 } }).toEqual({
        ...plan,
        components: { ...plan.components, "services.redis": 0 },
    });
    expect(() => withRedisMemory({ ...plan, components: {} }, 7)).toThrow("no command of services.redis");
});
