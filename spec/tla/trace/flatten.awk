# Makes one module of a batch, the rules and what replays the batch:
#   awk -f flatten.awk TraceBatch.tla TraceWords.tla ../State.tla ... ../Join.tla TraceAsupersync.tla
#
# - The constants of State give way to TraceBatch and to the definitions of TraceWords, since they differ from run to run
#   and from line to line; a word that State defines too is replaced where it stands.
# - Two rules fix the reason of what they do; here it is the reason of the line.
# - With -v enabled=no, so is the one definition that needs ENABLED.
#
# Exit status 1 when a word or a reason was not found as often as expected.
function heading(line) { return line ~ /^-----* MODULE / || line ~ /^=====*$/ || line ~ /^EXTENDS / }

BEGIN { print "---- MODULE TraceAsupersync ----\nEXTENDS Integers, Sequences\n" }

FNR == 1 { name = FILENAME; sub(/^.*\//, "", name); sub(/\.tla$/, "", name); defined = "" }
heading($0) { next }
FNR > 1 && /^\(\*.*\*\)$/ { next }

# The file that is being read: the name at the head of a definition holds until the next line that is not indented.
/^[A-Z][A-Za-z0-9]*(\([^)]*\))? *==/ { defined = $0; sub(/[ (=].*/, "", defined) }
/^[^ A-Z]/ || /^(RECURSIVE|CONSTANTS|VARIABLES)/ || /^$/ { defined = "" }

name == "TraceBatch" { batch = batch $0 "\n"; next }

name == "TraceWords" {
  if (defined == "" || $0 ~ /^$/) next
  if (!(defined in words)) order[++count] = defined
  words[defined] = words[defined] $0 "\n"
  if (defined !~ /^(Asked|Below|AtMost|Allowance)$/) plain = plain $0 "\n"
  next
}

/^CONSTANTS/ { skipping = 1; next }
skipping { if ($0 ~ /^$/) skipping = 0; next }
# One declaration for all variables: tla-checker reads one only.
/^VARIABLES regions,/ { printf "%s", batch; sub(/ /, " trace, cursor, "); print $0 "\n\n" plain; placed++; next }

name == "State" && (defined in words) {
  if (!(defined in used)) { used[defined] = 1; replaced++; printf "%s", words[defined] }
  next
}
enabled == "no" && defined == "Consumed" { next }
/\[\]\[.*\]_/ { next }

{ reasons += gsub(/Asked\("User", tasks\[t\]\.region, t\)/, "Line.reason")
  reasons += gsub(/Asked\(k, IF by = 0 THEN 0 ELSE tasks\[by\]\.region, by\)/, "Line.reason")
  print }

END {
  print "===="
  if (placed != 1 || replaced != 4 || reasons != 2) {
    print "flatten: the specification is not as expected: " placed ", " replaced ", " reasons > "/dev/stderr"
    exit 1
  }
}
