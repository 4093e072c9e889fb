# Writes a C file that holds the schema's text, comments included, as gm_schema_text[].
#
#   cmake -DSQL=<list of include/gomortem/schema/*.sql> -DOUT=<file.c> -P embed_schema.cmake
#
# The parts 0001_1, 0001_2, ... are joined in the order of their names. The text is one string literal a line, so
# that compiler messages and diffs of the generated file stay readable.
cmake_minimum_required(VERSION 3.18)

foreach(name SQL OUT)
    if(NOT ${name})
        message(FATAL_ERROR "embed_schema.cmake needs -D${name}=")
    endif()
endforeach()
list(SORT SQL)

set(text "")
foreach(part IN LISTS SQL)
    file(READ "${part}" sql)
    string(APPEND text "${sql}")
endforeach()

string(REPLACE "\\" "\\\\" text "${text}")
string(REPLACE "\"" "\\\"" text "${text}")
string(REPLACE "\n" "\\n\"\n    \"" text "${text}")

file(WRITE "${OUT}" "/* Generated from include/gomortem/schema by importer/store/embed_schema.cmake. */
extern const char gm_schema_text[];
const char gm_schema_text[] =
    \"${text}\";
")
