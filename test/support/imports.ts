import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

export interface Import {
    /** Importing file, relative to the root. */
    readonly file: string;
    /** Imported file relative to the root, or the specifier of a package or built-in module. */
    readonly target: string;
    readonly isTypeOnly: boolean;
}

/** Every import, export-from, import() and require() of the TypeScript files below a folder. */
export function importsBelow(root: string, folder: string): Import[] {
    return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.[cm]?ts$/.test(name) && !name.split(path.sep).includes("node_modules"))
        .flatMap((name) => {
            const file = path.join(folder, name);
            return importsOf(file, readFileSync(path.join(root, file), "utf8"));
        });
}

export function importsOf(file: string, text: string): Import[] {
    const found: Import[] = [];
    const visit = (node: ts.Node): void => {
        const specifier = specifierOf(node);
        if (specifier !== undefined) {
            const target = specifier.startsWith(".") ? path.join(path.dirname(file), specifier) : specifier;
            found.push({ file, target, isTypeOnly: isTypeOnly(node) });
        }
        ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
    return found;
}

function specifierOf(node: ts.Node): string | undefined {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
        return textOf(node.moduleSpecifier);
    }
    if (ts.isImportTypeNode(node)) {
        return ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : undefined;
    }
    if (ts.isExternalModuleReference(node)) {
        return textOf(node.expression);
    }
    return ts.isCallExpression(node) && isLoader(node.expression) ? textOf(node.arguments[0]) : undefined;
}

function isLoader(callee: ts.Expression): boolean {
    if (ts.isPropertyAccessExpression(callee)) {
        return ts.isIdentifier(callee.expression) && callee.expression.text === "require";
    }
    return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === "require");
}

function textOf(node: ts.Node | undefined): string | undefined {
    return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function isTypeOnly(node: ts.Node): boolean {
    if (ts.isImportDeclaration(node)) {
        return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    }
    return ts.isImportTypeNode(node) || (ts.isExportDeclaration(node) && node.isTypeOnly);
}
