# bash completion of pedigree; printed by: pedigree completion bash
_pedigree()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    local words='' files=''
    if (( COMP_CWORD == 1 )); then
        words='submit sign lot trace records export render flags part organisation scorecard bom rules verify label witness completion --help --version'
    else
        case $before in
            --server) return ;;
            --key) return ;;
            --format) words='json ndjson csv xml smartpcn' ;;
            --on-behalf-of) return ;;
            --refused) files=1 ;;
            --retries) return ;;
            --sign-key) files=1 ;;
            --signer) files=1 ;;
            --severity) words='info low medium high critical' ;;
            --rule) return ;;
            --state) words='open pending' ;;
            --holder) return ;;
            --part) return ;;
            --on) return ;;
            --known) return ;;
            --limit) return ;;
            --dir) return ;;
            --name) return ;;
            --listen) return ;;
            --policy) files=1 ;;
            --keys) files=1 ;;
            --commitment) return ;;
            --checkpoint) files=1 ;;
            --older) files=1 ;;
            --consistency) files=1 ;;
            --log) return ;;
            --record) return ;;
            --file) files=1 ;;
            --support-until) return ;;
            --redesign-until) return ;;
            --units) return ;;
            --scrap) return ;;
            --output) files=1 ;;
            *)
                case ${COMP_WORDS[1]} in
                    submit) words=' --server --key --json --help --format --on-behalf-of --atomic --refused --retries --restart --sign-key' files=1 ;;
                    sign) words=' --help --format --sign-key' files=1 ;;
                    lot) words=' --server --key --json --help' ;;
                    trace) words=' --server --key --json --help --up --down --both --dot --ascii' ;;
                    records) words=' --server --key --json --help --all --limit' ;;
                    export) words=' --server --key --json --help --record --pdf --output' ;;
                    render) words=' --help --output' files=1 ;;
                    flags) words=' --server --key --json --help --severity --rule --state --holder --part --all --limit' ;;
                    part) words=' --server --key --json --help' ;;
                    organisation) words=' --server --key --json --help --on --known' ;;
                    scorecard) words=' --server --key --json --help' ;;
                    bom) words=' --server --key --json --help --support-until --redesign-until --units --scrap --csv' files=1 ;;
                    rules) words=' --server --key --json --help' ;;
                    verify) words=' --help --signer --policy --key --keys --commitment --checkpoint --older --consistency --log' files=1 ;;
                    label) words=' --help --file --base64 --json' ;;
                    witness) words=' --help --dir --name --listen --policy' ;;
                    completion) words='bash --help' ;;
                esac ;;
        esac
    fi
    [[ $word == -* || -z $files ]] || words=
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    if [[ -n $files && $word != -* ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        compopt -o filenames 2>/dev/null
    fi
}
complete -F _pedigree pedigree
