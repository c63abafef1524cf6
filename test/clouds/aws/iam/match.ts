/** `*` is any text and `?` one character. */
export function glob(pattern: string, text: string, ignoreCase = false): boolean {
    const source = pattern.replace(/[\\^$.*+?()[\]{}|]/g, (found) => {
        if (found === "*") {
            return "[^]*";
        }
        return found === "?" ? "[^]" : `\\${found}`;
    });
    return new RegExp(`^${source}$`, ignoreCase ? "i" : "").test(text);
}

/** Actions are of no case. */
export const matchesAction = (pattern: string, action: string): boolean => glob(pattern, action, true);

/**
 * Each of the six parts of an ARN by itself:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function matchesArn(pattern: string, arn: string): boolean {
    if (pattern === "*") {
        return true;
    }
    const patterns = parts(pattern);
    const texts = parts(arn);
    return patterns.length === texts.length && patterns.every((part, index) => glob(part, texts[index]!));
}

/** A resource may have colons of its own. */
function parts(arn: string): string[] {
    const all = arn.split(":");
    return [...all.slice(0, 5), ...(all.length > 5 ? [all.slice(5).join(":")] : [])];
}
