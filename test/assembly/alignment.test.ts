import { accessSync, constants, readdirSync } from "node:fs";
import { join } from "node:path";
import { Assembly, dhcp, metadata, persistentDisk, privateNames, privateNetwork, staticAddress } from "../../sdk";
import { machineFamilies } from "../../sdk/assembly/data/machine-families";
import type { ContainerSpec } from "../../sdk/assembly/spec";
import { FAMILY_MODULES } from "../../providers/image/debian/data/families";
import { redisArgs, specOf } from "./programs";

/** The vocabulary imports nothing of the builder; what they must agree on is held here. */
const components = join(__dirname, "../../providers/image/base/components");

test("the machine families are those that the kernel's modules are listed for", () => {
    expect(machineFamilies.toSorted()).toEqual(Object.keys(FAMILY_MODULES).toSorted());
});

test("every built-in component ships its program, and every one that ships can be declared", () => {
    const onboot = [
        dhcp(),
        metadata(),
        persistentDisk({ label: "data", path: "/data" }),
        privateNetwork(),
        staticAddress({ interface: "eth0", address: "10.0.0.2/24" }),
    ];
    const services = [privateNames()];
    const { components: specs } = specOf(new Assembly({ ...redisArgs, onboot, services }));
    const keys = [...onboot.map(({ name }) => `onboot.${name}`), ...services.map(({ name }) => `services.${name}`)];
    const names = keys.map((key) => {
        const { source, command } = specs[key] as ContainerSpec;
        const folder =
            source.type === "builtin" ? source.name : source.type === "debian" ? (source.component ?? "") : "";
        accessSync(join(components, folder, String(command?.[0])), constants.X_OK);
        return folder;
    });
    expect(names.toSorted()).toEqual(readdirSync(components).toSorted());
});
