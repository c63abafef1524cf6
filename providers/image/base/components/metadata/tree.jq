# LinuxKit's layout as lines of what to make, permissions, content and path, parted by tabs; an error says why it is none.
def name:
  if . == "" or . == "." or . == ".." or any(explode[]; . < 32 or . == 47 or . == 127)
  then error("a name that no file can have") else . end;

def perm($usual):
  if . == null then $usual
  elif type == "string" and test("^0?[0-7]{3}\\z") then .
  else error("permissions that are none in octal") end;

def entries($path; $depth):
  if type != "object" then error("entries that are no object")
  elif $depth > 16 then error("folders more than 16 deep")
  else to_entries[] | (.key | name) as $name | ($path + $name) as $path | .value
    | if type != "object" then error("an entry that is no object")
      elif (.content == null) == (.entries == null) then error("an entry that has not either content or entries")
      elif .entries == null then
        if (.content | type) != "string" then error("content that is no string")
        else ["file", (.perm | perm("644")), "=" + (.content | @base64), $path] end
      else
        (.perm | perm("755")) as $perm
        | ["folder", "700", "=", $path],
          (.entries | entries($path + "/"; $depth + 1)),
          ["closed", $perm, "=", $path]
      end
  end;

if length != 1 or (.[0] | type) != "object" then error("more or less than one object") else .[0] end
| if has("userdata") or has("provider") then error("a name that is taken at the top: userdata or provider") else . end
| [entries(""; 1)] | .[] | join("\t")
