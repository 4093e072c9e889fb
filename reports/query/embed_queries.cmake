# Writes gm_queries[]: the lines of queries.def with the text of queries/<name>.sql.
#
#   cmake -DDEF=<queries.def> -DFOLDER=<queries> -DOUT=<file.c> -P embed_queries.cmake
#
# A line without a file and a file without a line stop the build.
cmake_minimum_required(VERSION 3.18)

file(STRINGS "${DEF}" lines REGEX "^GM_QUERY *\\(")
set(text "#include \"gomortem/query.h\"\n\nconst gm_query gm_queries[] = {\n")
set(known)
foreach(line IN LISTS lines)
  string(REGEX REPLACE "^GM_QUERY *\\(([a-z_]+), *(\".*\")\\).*" "\\1" name "${line}")
  string(REGEX REPLACE "^GM_QUERY *\\(([a-z_]+), *(\".*\")\\).*" "\\2" title "${line}")
  if(NOT EXISTS "${FOLDER}/${name}.sql")
    message(FATAL_ERROR "${DEF} lists ${name}, but ${FOLDER}/${name}.sql is missing")
  endif()
  file(READ "${FOLDER}/${name}.sql" sql)
  string(REPLACE "\\" "\\\\" sql "${sql}")
  string(REPLACE "\"" "\\\"" sql "${sql}")
  string(REPLACE "\n" "\\n\"\n     \"" sql "${sql}")
  string(APPEND text "    {\"${name}\", ${title},\n     \"${sql}\"},\n")
  list(APPEND known "${name}.sql")
endforeach()
file(GLOB present RELATIVE "${FOLDER}" "${FOLDER}/*.sql")
foreach(file IN LISTS present)
  if(NOT file IN_LIST known)
    message(FATAL_ERROR "${FOLDER}/${file} has no line in ${DEF}")
  endif()
endforeach()
file(WRITE "${OUT}" "${text}    {NULL, NULL, NULL},\n};\n")
