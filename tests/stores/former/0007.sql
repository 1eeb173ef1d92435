BEGIN TRANSACTION;
CREATE TABLE accounts (
	name TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	sponsor TEXT NOT NULL, 
	format TEXT NOT NULL, 
	https_only INTEGER NOT NULL, 
	catalogue TEXT NOT NULL, 
	created_at REAL NOT NULL, 
	created_by TEXT NOT NULL, 
	created_why TEXT NOT NULL, 
	suspended_at REAL, 
	suspended_by TEXT, 
	suspended_why TEXT, 
	CONSTRAINT pk_accounts PRIMARY KEY (name)
)
 STRICT

;
INSERT INTO "accounts" VALUES('acme',135,'bia@acme.example','native',0,'# line 1
[x]
',1800000000.25,'root','',1800000072.25,'root','');
INSERT INTO "accounts" VALUES('other',134,'ana@acme.example','native',0,'',1800000000.25,'root','',1800000000.25,'root','x');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
CREATE TABLE changes (
	seq INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	change TEXT NOT NULL, 
	mac TEXT NOT NULL, 
	CONSTRAINT pk_changes PRIMARY KEY (seq)
)
 STRICT

;
INSERT INTO "changes" VALUES(1,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountCreated","sponsor":"ana@acme.example","format":"vtex","https_only":true}}','6613a6e2c40b74ddc2003e095ba8d41e78bf9f623af59f48c6e97d196c60d1fe');
INSERT INTO "changes" VALUES(2,'acme','{"is":"Change","account":"acme","at":1800000001.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserAdded","email":"bia@acme.example","name":"Bia Conceição"}}','7ac80910277da03f5f8bb3cee00e6c766fc40639907b62c2088e158dc7931297');
INSERT INTO "changes" VALUES(3,'acme','{"is":"Change","account":"acme","at":1800000002.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserAdded","email":"caio@acme.example","name":"Caio 🗝"}}','35e54d57faf30f94590e1ad69904c95129c46157aed9477fce6a8db623be3607');
INSERT INTO "changes" VALUES(4,'acme','{"is":"Change","account":"acme","at":1800000003.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleCreated","role":1,"name":"orders","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]]}}','35bd76a2f8454a1c0789c6e08385589e42fb23ebcb1393789aaa421276dce434');
INSERT INTO "changes" VALUES(5,'acme','{"is":"Change","account":"acme","at":1800000004.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleCreated","role":2,"name":"empty","resources":[]}}','e96df3495ab53e31112fdeb2e5ef97e7e5bfd1878d107d6631c5303e0d6c7d52');
INSERT INTO "changes" VALUES(6,'acme','{"is":"Change","account":"acme","at":1800000005.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleEdited","role":1,"name":"orders, all","added":[["OMS","Não é ASCII"],["OMS","_/"]],"removed":[["OMS","ListOrders"]]}}','6c2001e0efa845f3ae88aa7eb53cc7a92e6567164ae53884b2c6fef390959383');
INSERT INTO "changes" VALUES(7,'acme','{"is":"Change","account":"acme","at":1800000006.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"UserTokenGiven","to":"bia@acme.example"}}','cc9337432c0879f54af13b93edaa1ce00fec36e9c9c4afebf55e785027d343db');
INSERT INTO "changes" VALUES(8,'acme','{"is":"Change","account":"acme","at":1800000007.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserGranted","role":1,"to":"bia@acme.example","until":null}}','1a6417dbe3e421b21ff69cd911ff176adc0b337dfa3ad759d6ae880dfc098988');
INSERT INTO "changes" VALUES(9,'acme','{"is":"Change","account":"acme","at":1800000008.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserGranted","role":2,"to":"bia@acme.example","until":1800086400.25}}','06bbce1fe682a38af19fe87259562aee2e4060f4fc3c8df8a15552228e0b0d4a');
INSERT INTO "changes" VALUES(10,'acme','{"is":"Change","account":"acme","at":1800000009.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserWithdrawn","role":2,"to":"bia@acme.example"}}','0a10d01ec3a55dd74250c5efd88d3065a5647e18a94ea49a2d05ab4b54cef4c8');
INSERT INTO "changes" VALUES(11,'acme','{"is":"Change","account":"acme","at":1800000010.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"bia@acme.example","digest":"d3704792b17e570850accb6d6c29897bb8cafd93270fcc0380dac23407ad6b76","expires":1800259210.25}}','5bde07b64ef988d5531d4862111dac24b6690a863a0fe5f692b9ea9b4e554e06');
INSERT INTO "changes" VALUES(12,'acme','{"is":"Change","account":"acme","at":1800000011.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"TakeSetUpLink","reason":"set_up_invalid"}}','a1aad86ca3d16411620eea8b2508453e4e38605ec9ed246915f691fd7ce73fd5');
INSERT INTO "changes" VALUES(13,'acme','{"is":"Change","account":"acme","at":1800000012.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"bia@acme.example","digest":"6d25cf734c49a1dd273e4d8fab5f5bdb8d1099ec05e8fdc7c1d734777648ab73","expires":1800259212.25}}','8041e234340118f14fe2a2f35b36c1449741ac0b72c13ca0779db619d4f2f4d0');
INSERT INTO "changes" VALUES(14,'acme','{"is":"Change","account":"acme","at":1800000013.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"caio@acme.example","digest":"de767d796adadc442c1e50a84c1d758779e099aadb888b59e5748124ff39b361","expires":1800259213.25}}','0d37b5f3729fd677a5c96c1296576a6e41ade247616e8b13106f3b95107c4932');
INSERT INTO "changes" VALUES(15,'acme','{"is":"Change","account":"acme","at":1800000014.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"PasswordSet","email":"bia@acme.example","password":"$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"}}','65f3d74ba3c5eb844b9b402f3b8b4ca6089037876e54e53929e10649ec73eddd');
INSERT INTO "changes" VALUES(16,'acme','{"is":"Change","account":"acme","at":1800000015.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"bia@acme.example","digest":"7b614e428a186f4a4c116daf499fd7e80dfe1faf422d50cd2d186ed9b9e4d6e3","expires":1800259215.25}}','6a3fbe0506ab6cd64e018e9d36c406bb4ad8d410ffeab468a4c71ac1ead1905e');
INSERT INTO "changes" VALUES(17,'acme','{"is":"Change","account":"acme","at":1800000016.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"PasswordSet","email":"bia@acme.example","password":"$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA2"}}','79e5685c106d4e62c556668c92f60f53f401dda1e6297530e08551e3145074ac');
INSERT INTO "changes" VALUES(18,'acme','{"is":"Change","account":"acme","at":1800000017.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"bia@acme.example","digest":"751d591be537aa9d0aa5dcb3b12155c1c139eca62ecef0863aefbaf01726373f","expires":1800259217.25}}','7691edadfaa93fd193c631b93a8206eaf5b22add8af27cbea68f760474c08bc3');
INSERT INTO "changes" VALUES(19,'acme','{"is":"Change","account":"acme","at":1800000018.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SettingsEdited","format":"native","https_only":null,"token_days_max":null}}','bb19168249ade5eb0087ad37eb50e888e0171df54fa51832c7fadad2caf84f34');
INSERT INTO "changes" VALUES(20,'acme','{"is":"Change","account":"acme","at":1800000019.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SettingsEdited","format":null,"https_only":false,"token_days_max":30}}','a85d30a2ba3eb65fc94604fd5c8590579187eda5e879397bbbf5991a6c08a247');
INSERT INTO "changes" VALUES(21,'acme','{"is":"Change","account":"acme","at":1800000020.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SettingsEdited","format":null,"https_only":null,"token_days_max":60}}','ba259761802fa42b1df1f4ede2851ad6b53b114a04589878efa8412ea2b259cc');
INSERT INTO "changes" VALUES(22,'acme','{"is":"Change","account":"acme","at":1800000021.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"EpisodeMuted","episode":"01K9XW6Z5M3QH7T2R8V4N0PBCD"}}','c574d87f8978e598189e9a3629e9bd5ca45c72eb8688c6d56552245dc031c825');
INSERT INTO "changes" VALUES(23,'acme','{"is":"Change","account":"acme","at":1800000022.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"EpisodeMuted","episode":"01K9XW6Z5M3QH7T2R8V4N0PBCE"}}','f25cd6711ef66ed2cc6add66c1c41b1934e01548de61f54e9214e8d7da7f02c2');
INSERT INTO "changes" VALUES(24,'acme','{"is":"Change","account":"acme","at":1800000023.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"EpisodeUnmuted","episode":"01K9XW6Z5M3QH7T2R8V4N0PBCD"}}','7f4ef32548eefdfaacf79c623735b05a2a8011521562773bae81551c90bb8442');
INSERT INTO "changes" VALUES(25,'acme','{"is":"Change","account":"acme","at":1800000024.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"EpisodeMuted","episode":"01K9XW6Z5M3QH7T2R8V4N0PBCD"}}','aece4f6ab0e2490004751e5ee82b88d180cb1c1274f86528b8b2d2343dbbdadb');
INSERT INTO "changes" VALUES(26,'acme','{"is":"Change","account":"acme","at":1800000025.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"key-1","id":"00000000000000000000000000000001","digest":"f5b165224a58b791df6af1d8303e61cdc4bb86c3d1c427103c344c4189eb2f1e","label":"label 1","owner":"","valid_from":null,"expires":1800086400.25,"networks":["10.0.0.0/8","2001:db8::/32"],"registered":false}}','e6c762e7e0f4432180e24f72036a1ba62b834226371592cc788ff45c0afac2db');
INSERT INTO "changes" VALUES(27,'acme','{"is":"Change","account":"acme","at":1800000026.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"key-2","id":"00000000000000000000000000000002","digest":"73a9bef499bbf4dc7bd2a4f2c8af5bd99f267a0ed3197217dd2bba1537436e5c","label":"label 2","owner":"the shop''s team","valid_from":1800000000.25,"expires":null,"networks":[],"registered":true}}','e1a84de2448c586f19a00ed0507d0da84ddb4e9eb88dea2fb9655936b1e956cc');
INSERT INTO "changes" VALUES(28,'acme','{"is":"Change","account":"acme","at":1800000027.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"IssueKey","reason":"key_exists"}}','79798e06a6d4d81544c88ff32ccc695f862959ecf11505295e308dc00cdae501');
INSERT INTO "changes" VALUES(29,'acme','{"is":"Change","account":"acme","at":1800000028.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"key-1","until":null}}','1645572f0265cfc92e99346841ab91b3e4b675462973709597c56f4830c3861c');
INSERT INTO "changes" VALUES(30,'acme','{"is":"Change","account":"acme","at":1800000029.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":2,"to":"key-1","until":1800086400.25}}','33af19b0cc588ad635f5d21ed690be8b46297f3de98494e88beb067acba7936c');
INSERT INTO "changes" VALUES(31,'acme','{"is":"Change","account":"acme","at":1800000030.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"key-1","until":1800086400.25}}','47076af48a7c1a3fd0f524afeaca9431a490896b903d7550e43539b1f3403ec3');
INSERT INTO "changes" VALUES(32,'acme','{"is":"Change","account":"acme","at":1800000031.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"key-2","until":null}}','86e30eb70303b2fd7a0932b25e6f87fcaf6993a86ebabe229c8299f2087873c8');
INSERT INTO "changes" VALUES(33,'acme','{"is":"Change","account":"acme","at":1800000032.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyWithdrawn","role":1,"to":"key-2"}}','a464f2e1aa6e8ae628f91554d24a8aba58d5a5d1c01217627f4092fac858c390');
INSERT INTO "changes" VALUES(34,'acme','{"is":"Change","account":"acme","at":1800000033.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeactivated","app_key":"key-1","why":"holidays"}}','753b5ca59d9fe9ecf3684ae6192a4e549ce7eb94193aa98e9db5e9139ce02820');
INSERT INTO "changes" VALUES(35,'acme','{"is":"Change","account":"acme","at":1800000034.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyActivated","app_key":"key-1"}}','d0915b5891709144804f6c9a2a664a84be8a8c8c34e41713bd3a6c057cbb78cd');
INSERT INTO "changes" VALUES(36,'acme','{"is":"Change","account":"acme","at":1800000035.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-1","id":"11111111111111111111111111111111","expires":1800086435.25}}','972b32a6a21d05d42bd42ac00b1b6f2b4eeaa1bf82762861597a6e5f4b7ebe2d');
INSERT INTO "changes" VALUES(37,'acme','{"is":"Change","account":"acme","at":1800000036.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-1","id":"22222222222222222222222222222222","expires":1800086436.25}}','4a8bfd852f64d85539b2751451aa2dafc3d29150379644893e28a836a8a64376');
INSERT INTO "changes" VALUES(38,'acme','{"is":"Change","account":"acme","at":1800000037.25,"by":{"is":"Actor","kind":"key","name":"key-1","via":"console"},"event":{"is":"HandoverOpened","app_key":"key-1","id":"22222222222222222222222222222222"}}','411960cbf3b81e593ea7b60730cb45ad560a69540d9683fc0e728cb7e0560691');
INSERT INTO "changes" VALUES(39,'acme','{"is":"Change","account":"acme","at":1800000038.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-1","id":"33333333333333333333333333333333","expires":1800086438.25}}','1b780fe5442c2ac92afa63b1240d7f450bccaf4a3f62f7a1d2d6571b5cf80f5d');
INSERT INTO "changes" VALUES(40,'acme','{"is":"Change","account":"acme","at":1800000039.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-2","id":"44444444444444444444444444444444","expires":1800086439.25}}','2e14037c7a88c57972ce7cc292108ac70dba76395d4e0ccd8027d6ee0af149cb');
INSERT INTO "changes" VALUES(41,'acme','{"is":"Change","account":"acme","at":1800000040.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-1","digest":"d7a56d3cfcf9a44dc716691acdaba1b8a912646543c6977a5a43ac2753cf1017"}}','c76b91ef1e89c5b13195dfa4a3f02b53484c97d5bbcdfccc96fe51f0f907c805');
INSERT INTO "changes" VALUES(42,'acme','{"is":"Change","account":"acme","at":1800000041.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RenewalFinished","app_key":"key-1"}}','52118e1894c813eee32c0b434afb7c0215db1cc79e11dfe17a4bf07e04a72f60');
INSERT INTO "changes" VALUES(43,'acme','{"is":"Change","account":"acme","at":1800000042.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-1","digest":"457c769f39d8644199c0e5bdbcfbc85b37ce91cbde1fc1b0ea6b44f130436dd7"}}','9c1786ff0aa475e408d4338332584d2144f2d1ca396b887d84d0035f7f048bb9');
INSERT INTO "changes" VALUES(44,'acme','{"is":"Change","account":"acme","at":1800000043.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RenewalFinished","app_key":"key-1"}}','067d6dab6bf3aa5f63b5d1a023d29dfab5cfe7dc196951bf27a798ae5faa8f0c');
INSERT INTO "changes" VALUES(45,'acme','{"is":"Change","account":"acme","at":1800000044.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyBlocked","app_key":"key-1","why":"seen in a public place"}}','59bcdcc53e8056824ea4e0807a2e46b919da440c17edc30774a4b0ae7e5cf986');
INSERT INTO "changes" VALUES(46,'acme','{"is":"Change","account":"acme","at":1800000045.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-1","digest":"fe5518cbe8dfe59296946bd26935a014be3a2b7c73a420c339a0f94237376d09"}}','d0d55be811c3d17be8c34ef2aae77b6e5add0bc70515335595f7068e0ce6e2ca');
INSERT INTO "changes" VALUES(47,'acme','{"is":"Change","account":"acme","at":1800000046.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"HandoverMade","app_key":"key-1","id":"55555555555555555555555555555555","expires":1800086446.25}}','007fa8514d785d063433025a2dc929b5f011c4e56de1d10e46d35330b1743d3d');
INSERT INTO "changes" VALUES(48,'acme','{"is":"Change","account":"acme","at":1800000047.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeleted","app_key":"key-1","label":"label 1"}}','75a7ae6994321f74227a0e7dfa2246f0945003dc1023ac56a3f4bbb65512eab3');
INSERT INTO "changes" VALUES(49,'acme','{"is":"Change","account":"acme","at":1800000048.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeactivated","app_key":"key-2","why":""}}','c773ad3a2c9b65f5093a89ca44d0c6fb4919a06ec910ffb7d47356210de2ea30');
INSERT INTO "changes" VALUES(50,'acme','{"is":"Change","account":"acme","at":1800000049.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-2","digest":"38b4e652e44da7f2370d9e260e27136550a4a3a6d07f5c0c332f8b1224083fd2"}}','580f32e106208f9ccb22d9bece5dbd34290ba138c4d416343356f3804b44a183');
INSERT INTO "changes" VALUES(51,'acme','{"is":"Change","account":"acme","at":1800000050.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleDeleted","role":2,"name":"empty"}}','395402fb11c6d2de87de53600c6aa87cf29d84c5dd096f2c6757a140c92f816c');
INSERT INTO "changes" VALUES(52,'acme','{"is":"Change","account":"acme","at":1800000051.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CatalogueImported","catalogue":"# line 1\n[x]\n"}}','5d369bc3e8459a77bf3988e1856bf0e2a8d4ff4c3a2f3b720956438ccb30ea2f');
INSERT INTO "changes" VALUES(53,'acme','{"is":"Change","account":"acme","at":1800000052.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"PredefinedRolesAdded","roles":[{"is":"Role","id":11,"name":"Owner","resources":[["OMS","ListOrders"],["OMS","Não é ASCII"],["OMS","ViewOrder"],["OMS","_/"]],"deleted":null,"predefined":true},{"is":"Role","id":9,"name":"Viewer","resources":[["OMS","ListOrders"]],"deleted":null,"predefined":true},{"is":"Role","id":10,"name":"empty","resources":[["OMS","ListOrders"]],"deleted":null,"predefined":true}]}}','d72bdcace09d6eea2f92bef5bb6cd4d883c7ec41b1874d745e7406fa340b2453');
INSERT INTO "changes" VALUES(54,'acme','{"is":"Change","account":"acme","at":1800000053.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AddPredefinedRoles","reason":"already_so"}}','700d6a44bcf0d0bbbfb890a6f468e7bff39bf5aaf7c7607455b077cd171c363c');
INSERT INTO "changes" VALUES(55,'acme','{"is":"Change","account":"acme","at":1800000054.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"ResourceSpread","held":["OMS","ListOrders"],"given":["OMS","Não é ASCII"],"roles":[9,10]}}','cb603539cacf15979725d38b25c2ea3bdf1d1a1ececd83c19af1b8b2dc2d1cfa');
INSERT INTO "changes" VALUES(56,'acme','{"is":"Change","account":"acme","at":1800000055.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyAdopted","app_key":"away-1","home":"other"}}','f6f00d3728cdd22c0c26b0e27393168b8e7f576569c889dd8688519d0bbde998');
INSERT INTO "changes" VALUES(57,'acme','{"is":"Change","account":"acme","at":1800000056.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyAdopted","app_key":"away-2","home":"other"}}','dd4dbe46a102ab91007acf5bf92db1224ad515f5d7e83179b460a6996ddfd85b');
INSERT INTO "changes" VALUES(58,'acme','{"is":"Change","account":"acme","at":1800000057.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"away-1","until":null}}','6b04d9a8458f69bef29bdf311c5aaaf514f85c1d39111537b5a8914a042397ab');
INSERT INTO "changes" VALUES(59,'acme','{"is":"Change","account":"acme","at":1800000058.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"away-1","until":1800086400.25}}','095862b4cf85b1e6f202301283b3929409ee282249709d14cae51bc627365acf');
INSERT INTO "changes" VALUES(60,'acme','{"is":"Change","account":"acme","at":1800000059.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":9,"to":"away-1","until":null}}','c654251c874f1992f8ac80993d08d7e912817ef8eff8dfdb43542319c5735fec');
INSERT INTO "changes" VALUES(61,'acme','{"is":"Change","account":"acme","at":1800000060.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"away-2","until":null}}','3fe67d98ba632eb9d85284508afe9063f8caffd7ab0e094b1d983aa2b4650794');
INSERT INTO "changes" VALUES(62,'acme','{"is":"Change","account":"acme","at":1800000061.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyWithdrawn","role":9,"to":"away-1"}}','f69838e60a859e551495556423c51332f5e3469c849603e35b8d447ff22d8463');
INSERT INTO "changes" VALUES(63,'acme','{"is":"Change","account":"acme","at":1800000062.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_external"}}','499f3e160275fbf8934d8670afa2aebb72a3e6f57c02ea18f8a334d239a624f1');
INSERT INTO "changes" VALUES(64,'acme','{"is":"Change","account":"acme","at":1800000063.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyReleased","app_key":"away-2","home":"other"}}','402317e5a0ce39639f25931a29725f219550f40930f432da63e1fa0f58f97bc3');
INSERT INTO "changes" VALUES(65,'acme','{"is":"Change","account":"acme","at":1800000064.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"bia@acme.example","expires":1800259264.25}}','1138cdc837e5a09bb04af37ee3445c4abf80d56ee272dfc76b0b884a21fa40fa');
INSERT INTO "changes" VALUES(66,'acme','{"is":"Change","account":"acme","at":1800000065.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"TransferCancelled","to":"bia@acme.example"}}','8f1b7d1c93a112e3381d952ce6bbbf12672c517344209de912a117c8bc2ef57d');
INSERT INTO "changes" VALUES(67,'acme','{"is":"Change","account":"acme","at":1800000066.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"bia@acme.example","expires":1800259266.25}}','61a15f77f359a29a5f86e055cdbbff0db19fde6c10bd060fece37fd244dfc9e7');
INSERT INTO "changes" VALUES(68,'acme','{"is":"Change","account":"acme","at":1800000067.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"SponsorChanged","former":"ana@acme.example","to":"bia@acme.example"}}','07206f8b14861a358d172c8bef784e5ffd9fffed4f07a95098ae34a7c80717fc');
INSERT INTO "changes" VALUES(69,'acme','{"is":"Change","account":"acme","at":1800000068.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"caio@acme.example","expires":1800259268.25}}','04c66c7c9af58d949133199c80614d4c05073ba1c9eccf923b4a637e556bb10b');
INSERT INTO "changes" VALUES(70,'acme','{"is":"Change","account":"acme","at":1800000069.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"UserRemoved","email":"caio@acme.example"}}','58af398d6847cfe16465ecfac272d87d66c6f311bbb3678807bf95024b48ca20');
INSERT INTO "changes" VALUES(71,'acme','{"is":"Change","account":"acme","at":1800000070.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountSuspended","why":"unpaid"}}','cdb82ca5b6ef64336ac29024397bb35c330fc26bd250a261c5faabeba835da0c');
INSERT INTO "changes" VALUES(72,'acme','{"is":"Change","account":"acme","at":1800000071.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountResumed"}}','70460f64e274035cf439c64dfc0066b6efda78ff9cb99f99ce2e32661b7ab79a');
INSERT INTO "changes" VALUES(73,'acme','{"is":"Change","account":"acme","at":1800000072.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountSuspended","why":""}}','b881385c92431cdced4f676e7dc5f33bfe4b37416195f0fd130487897ea9a20b');
INSERT INTO "changes" VALUES(74,'acme','{"is":"Change","account":"acme","at":1800000073.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"ana@acme.example","expires":1800259273.25}}','66fa8c283b51b04006d6a3412a4c439e1a24bf349863684a194f54c0ebe7a8b0');
INSERT INTO "changes" VALUES(75,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountCreated","sponsor":"ana@acme.example","format":"native","https_only":false}}','dcbc47fb2aa3e9e80069c828f8d1c5dfbee848c831d81a88e30a28abf8cb7246');
INSERT INTO "changes" VALUES(76,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"key","name":"other-2","via":"console"},"event":{"is":"CommandRefused","command":"OpenHandover","reason":"handover_invalid"}}','02426f1edb3e65701a54ca82db77cf899eed73aec96ef702b95e331e8ec2a38b');
INSERT INTO "changes" VALUES(77,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"RoleCreated","role":12,"name":"role 1","resources":[]}}','9f0b8a7adb35760f66c5b7a2608861f4fe2ed76cfa9bcda73c2e54c9edcbf6f8');
INSERT INTO "changes" VALUES(78,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"key_unknown"}}','bea087fed44f74df2cd41f8801cd371c890e3b0222c827775873b12383c25958');
INSERT INTO "changes" VALUES(79,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"HandOver","reason":"key_unknown"}}','913e0d35c5030ad946ea61627f022aecace7e7fed1d4691b7a3bb4ddcd3d80c2');
INSERT INTO "changes" VALUES(80,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"BlockKey","reason":"key_unknown"}}','f5a4fcf0e6513a857abb8eb5d787830163f19786e15a90d7fa6745883d6f494a');
INSERT INTO "changes" VALUES(81,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}','04e087d2aa5fedb57f1c1952b1070a45e8460c42b0d8be6d54a4ea96f0efb237');
INSERT INTO "changes" VALUES(82,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"HandOver","reason":"key_unknown"}}','f1f44f2ab5108890bc8bbdfee0ccf5aedbf8776f699cf76b5b91e8502360fcfc');
INSERT INTO "changes" VALUES(83,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AddPredefinedRoles","reason":"already_so"}}','21ec204ee85be765f282579dacec4e2b2f506edf6a8cce1a7df9877ec0e35118');
INSERT INTO "changes" VALUES(84,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"role_unknown"}}','4909261b618fa891bed602443195723bedea93c0431c040a1c109a627c150f66');
INSERT INTO "changes" VALUES(85,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"role_unknown"}}','4fd95ab6f3135675670cbd1e04af002f42013967f80a2621d23a2b6e8968e6f2');
INSERT INTO "changes" VALUES(86,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}','15929c86c2a187986b0ae78651cd21cdf906bf0899d11974c47e288f921d9165');
INSERT INTO "changes" VALUES(87,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToUser","reason":"user_unknown"}}','1748a7dad2f9d2396761835f764defd87ea759feee8db0ed63e31296945a34ec');
INSERT INTO "changes" VALUES(88,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"key_unknown"}}','74bf8bdfe4c33e57b29e7315e9a2c8b58c226311f4fb241478c577e122145f8f');
INSERT INTO "changes" VALUES(89,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"key_unknown"}}','fa39b8836bb9e56a928fcbd9afcbfd9a6a7e9e1b1982b86e49008a4f8c347034');
INSERT INTO "changes" VALUES(90,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}','67d534d0acd998f1f75c7a06e243ad064fe29d89f1db07eafe1fb2ee3886d3cb');
INSERT INTO "changes" VALUES(91,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToUser","reason":"user_unknown"}}','84e8d2f9262f02d626b4d8ca28d718113c118276bb341256d9abda0ee546c50d');
INSERT INTO "changes" VALUES(92,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"RenewKey","reason":"key_unknown"}}','16514084ced28b67d9893d117605a39e211be1538a3d6cd83b0ae684b8a39137');
INSERT INTO "changes" VALUES(93,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"SetUpLinkGiven","to":"bia@acme.example","digest":"cd072cd8be6f9f62ac4c09c28206e7e35594aa6b342f5d0a3a5e4842fab428f7","expires":1800259200.25}}','337cecd284590a08eab757d046972c288d831a5cfd73a682ae6cfaadd1496ad7');
INSERT INTO "changes" VALUES(94,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}','e217dd9983b9c65115fb5cc937b542cae866374741488419034014b3e52f97ab');
INSERT INTO "changes" VALUES(95,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"key_unknown"}}','b07db086deea12e2f980a6df81f8edeaff5eddc73a1887f290f92ab8eeb15ff8');
INSERT INTO "changes" VALUES(96,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"KeyAdopted","app_key":"away-0","home":"other"}}','3c91a7fb6f56f056fb9957f77540e3e3871df62eabaddbfd2161a164eb577125');
INSERT INTO "changes" VALUES(97,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"key_unknown"}}','a9ff385bedbea5d4f4889ab3c90691c6ab1ec3149d8309143db50c8ff5676a1c');
INSERT INTO "changes" VALUES(98,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"key_unknown"}}','eb8c3d1be22f4c5f6e2f28e613d47d6358fde7df095a71303012c53e8fb092b9');
INSERT INTO "changes" VALUES(99,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"other-0","id":"0000000000000000000000002ad64ce9","digest":"1a6f0265710b39c3c5cc29eba1528e9ad78e97090fab3b13c51bb6cbd7bc7fca","label":"label 718687465","owner":"","valid_from":null,"expires":null,"networks":[],"registered":false}}','4b2a27116eab12f9a223835a8d70e3439616836d9bee3c76b7207465f84b0744');
INSERT INTO "changes" VALUES(100,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AcceptSponsorship","reason":"transfer_not_open"}}','6a89257467421ca96629eda9fa342818958bc1a307c252956f2278419db42478');
INSERT INTO "changes" VALUES(101,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromUser","reason":"role_unknown"}}','7588b38e790cc838740e81e83d3749c291e42cf14f0b43500b35314df7748fe9');
INSERT INTO "changes" VALUES(102,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}','56d0bb7ec534717a7fd65b463fe1ca28c249daf9ea4fb94e7450ab1b1cfcd592');
INSERT INTO "changes" VALUES(103,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"other-0","digest":"c42a645c7f65583504d499be1b0de1bc6efb8741c6ec19265b779484a46172d3"}}','5198b227a3aceb85666035fb8c1e1e959cf13a8fe6226dd50538f5a2eb3187e9');
INSERT INTO "changes" VALUES(104,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"RoleCreated","role":13,"name":"role 4","resources":[["OMS","_/"]]}}','ee587aa99f47af36d24d2668ef240ae5119f56efb0c4a37a8f1eaec5f84e59bd');
INSERT INTO "changes" VALUES(105,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"RemoveUser","reason":"sponsor_stays"}}','553fca27b36ee8b1afba7aedf540180a245155745d8de7c2928274b2e3416892');
INSERT INTO "changes" VALUES(106,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToUser","reason":"role_unknown"}}','211b25e03edb4af33e3111a2a093f69ac25ccc7be147d612e5e089c11eea0578');
INSERT INTO "changes" VALUES(107,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}','06ad07ffdeb82da91bb648efc09dbc73915d195c2b02611044273d79ec23c4cf');
INSERT INTO "changes" VALUES(108,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"RenewKey","reason":"renewal_open"}}','3c2162650f4f2f711636f8b7abfb68af2686e59512b04d9c7d6c127f1ef319b4');
INSERT INTO "changes" VALUES(109,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountSuspended","why":"x"}}','e73dc6c9044dba1461e3107d4bb4b54cd8696f99bdf64cab7adebd169c752eed');
INSERT INTO "changes" VALUES(110,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"role_unknown"}}','6b6234dc49a7cd205333d418c46a7f94bad66c0536f880679b58d4997bfc2cb7');
INSERT INTO "changes" VALUES(111,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"resource_not_in_role"}}','14c046652dd8add9b627e5b18e2e3a9ba7fc21b1d5b196f91bafbb1dd58ffb1f');
INSERT INTO "changes" VALUES(112,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeleteRole","reason":"role_deleted"}}','a4cb7fc6590edc0c48f33201ae53369224d9d524870c008e600f76954ea23f9e');
INSERT INTO "changes" VALUES(113,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}','ef109fe5ca3df322c445981d70540b362bfe57e53657e841ee93599ff3772cc5');
INSERT INTO "changes" VALUES(114,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"role_unknown"}}','f8a322d19420ec4d9c3bd8eb5de0eb0d3982c39b9304f7ba5f634504bf22f024');
INSERT INTO "changes" VALUES(115,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"role_deleted"}}','6d5baaf50ce009e681b05a35df145d9d6c94791a62b03e2e4fb11ea9bd5837d8');
INSERT INTO "changes" VALUES(116,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"role_unknown"}}','1a63976d83da6f20c2b7b0e230b8fb1af2632a4b1f0e34ce0f54e471fd13d50b');
INSERT INTO "changes" VALUES(117,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserAdded","email":"bia@acme.example","name":"name 4114492472"}}','eefa381801a83fafb66130c709d0463b5b0aeef376a27a112c2b494852b24a44');
INSERT INTO "changes" VALUES(118,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"other-2","id":"00000000000000000000000096ceb525","digest":"9872955ed305f3d98c9055b4eeea396238538e18a1dc97aa0b219f89a395096f","label":"label 2530129189","owner":"","valid_from":null,"expires":null,"networks":[],"registered":false}}','fb95614581cec50f7d28fc944ca2958bf692d024bb7216d89d4f27fb94209129');
INSERT INTO "changes" VALUES(119,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyAdopted","app_key":"away-0","home":"acme"}}','87097568080b3026d9d4fdcabe13f61ab1695f054cda5d162eb2af893d86df21');
INSERT INTO "changes" VALUES(120,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromUser","reason":"role_not_held"}}','bb3738b2e6c4e625598cb38d708319d5c234cfdfdd307d2baea3989a9d0e5817');
INSERT INTO "changes" VALUES(121,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"role_not_held"}}','4341f6d4c422aad986d541c55f75fab554b01dd6091e6937fe381aa5fefd151a');
INSERT INTO "changes" VALUES(122,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"acme-0","id":"0000000000000000000000000bf3d0a7","digest":"6526638cab77eec1d6660d7e80446b4b736337099d4adaf4a12cdfa90b2d86a8","label":"label 200528039","owner":"","valid_from":null,"expires":1800000505.25,"networks":["10.1.0.0/16","::1/128"],"registered":false}}','e894757c1ffdd948f07cb5ab8d984f78b0c1a84609ad831bd6decfcac25043ca');
INSERT INTO "changes" VALUES(123,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AddUser","reason":"user_exists"}}','ebe67968a444ef4e702560eff9e772263659e0cc1eadcf365050ef4f1a6f54b1');
INSERT INTO "changes" VALUES(124,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}','70f6610e862437e7e55ed7e30fbb22ca23d14cd6c4ff3ed3bf3bcd21597e7039');
INSERT INTO "changes" VALUES(125,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"key_unknown"}}','6032909581cd993033ec64468d872840568adf098fcf9a7248cad2156fda17fb');
INSERT INTO "changes" VALUES(126,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"role_unknown"}}','d63d27f288cbdf20e7a4c744adb4a165cf692a3119663f55dd1393a752314f42');
INSERT INTO "changes" VALUES(127,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeleteKey","reason":"key_unknown"}}','11a5bcc52de82e438a92b942c76de56befd582f8a9d93d4ef30af0e967646cad');
INSERT INTO "changes" VALUES(128,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"ActivateKey","reason":"key_unknown"}}','a6477077aae6dd7e6859aaad60f15ac158effa11674af0fc8edba53c8b7923ed');
INSERT INTO "changes" VALUES(129,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"key_unknown"}}','c29e0032690a6574ddfe9a8b8d0347ac55ae862d081095e3af629a02f9f4248c');
INSERT INTO "changes" VALUES(130,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"PredefinedRolesAdded","roles":[{"is":"Role","id":1,"name":"Owner","resources":[["OMS","ListOrders"],["OMS","Não é ASCII"],["OMS","ViewOrder"],["OMS","_/"]],"deleted":null,"predefined":true},{"is":"Role","id":9,"name":"Viewer","resources":[["OMS","ListOrders"]],"deleted":null,"predefined":true},{"is":"Role","id":10,"name":"empty","resources":[["OMS","ListOrders"]],"deleted":null,"predefined":true}]}}','54b0de48582dd5ca5d68fe33d162d2665953fda5209b3c97268afac6e980d56c');
INSERT INTO "changes" VALUES(131,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromUser","reason":"role_unknown"}}','82f8e5f22f8d3c03ece67f52ff7003375686320afc9a77b2677f28225f0774e3');
INSERT INTO "changes" VALUES(132,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyBlocked","app_key":"other-2","why":""}}','cf69e69cb1d301070f9e3987afaeca0899ffa1f20868bb58536951acc6eef640');
INSERT INTO "changes" VALUES(133,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AdoptKey","reason":"already_so"}}','e490a3725a2338114d9484f64cb70273d8ea168f7b6d521259545da1651562d4');
INSERT INTO "changes" VALUES(134,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"other-1","id":"000000000000000000000000797b0779","digest":"122a16ea60e65311e7ae958abc01786eb73917a1c5f01604e72b0fb7c67c3c9a","label":"label 2038105977","owner":"","valid_from":null,"expires":null,"networks":["192.0.2.7/32","10.1.0.0/16"],"registered":false}}','4e0db9b0df4d87c75baf29d6376e320b3aefb01c6060015436414b758dbc862a');
INSERT INTO "changes" VALUES(135,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"role_unknown"}}','560b786b87dd34a286a37598bf2a860d8afc26e8bae811724481269297cbdc68');
CREATE TABLE denials (
	id TEXT NOT NULL, 
	account TEXT NOT NULL, 
	at REAL NOT NULL, 
	episode TEXT NOT NULL, 
	known INTEGER NOT NULL, 
	denial TEXT NOT NULL, 
	CONSTRAINT pk_denials PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "denials" VALUES('00000000000000000000000003','acme',1800000003.25,'00000000000000000000000003',1,'{"is":"Denial","id":"00000000000000000000000003","account":"acme","at":1800000003.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"permission_missing_resource","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":"key-1","proven":true,"key":{"is":"Fingerprint","hash":"0000000000000000","length":26},"token":{"is":"Fingerprint","hash":"aaaaaaaaaaaaaaaa","length":74},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1","route":"GET /a"}');
INSERT INTO "denials" VALUES('00000000000000000000000001','acme',1800000001.25,'00000000000000000000000003',1,'{"is":"Denial","id":"00000000000000000000000001","account":"acme","at":1800000001.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"permission_missing_resource","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":"key-1","proven":true,"key":{"is":"Fingerprint","hash":"0000000000000000","length":26},"token":{"is":"Fingerprint","hash":"aaaaaaaaaaaaaaaa","length":74},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1","route":"GET /a"}');
INSERT INTO "denials" VALUES('00000000000000000000000002','acme',1800000002.25,'00000000000000000000000002',0,'{"is":"Denial","id":"00000000000000000000000002","account":"acme","at":1800000002.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"key_unknown","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":null,"proven":false,"key":{"is":"Fingerprint","hash":"0000000000000002","length":26},"token":{"is":"Fingerprint","hash":"0000000000000002","length":26},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1","route":"GET /api/oms/pvt/orders"}');
INSERT INTO "denials" VALUES('00000000000000000000000004','acme',1800000004.25,'00000000000000000000000002',0,'{"is":"Denial","id":"00000000000000000000000004","account":"acme","at":1800000004.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"key_unknown","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":null,"proven":false,"key":{"is":"Fingerprint","hash":"0000000000000004","length":26},"token":{"is":"Fingerprint","hash":"0000000000000004","length":26},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1","route":"GET /api/oms/pvt/orders"}');
INSERT INTO "denials" VALUES('00000000000000000000000006','acme',1800000006.25,'00000000000000000000000006',1,'{"is":"Denial","id":"00000000000000000000000006","account":"acme","at":1800000006.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"credentials_in_query","facts":{"count":2,"at":1.5,"carrier":"query","positions":[1,2],"methods":["GET"],"none":[]},"evidence":{"required":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"by":"ana@acme.example"},"confidence":"likely"},{"is":"Finding","cause":"key_unknown","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":"key-1","proven":false,"key":{"is":"Fingerprint","hash":"0000000000000000","length":26},"token":{"is":"Fingerprint","hash":"ffffffffffffffff","length":74},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1","route":"GET /api/oms/pvt/orders"}');
CREATE TABLE episodes (
	id TEXT NOT NULL, 
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	route TEXT NOT NULL, 
	last REAL NOT NULL, 
	kept INTEGER NOT NULL, 
	episode TEXT NOT NULL, 
	CONSTRAINT pk_episodes PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "episodes" VALUES('00000000000000000000000003','acme','key-1','permission_missing_resource','GET /a',1800000003.25,2,'{"is":"Episode","id":"00000000000000000000000003","account":"acme","app_key":"key-1","cause":"permission_missing_resource","route":"GET /a","first":1800000001.25,"last":1800000003.25,"count":2,"newest":"00000000000000000000000003","wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"worked":null,"between":null,"faces":[{"is":"Face","hash":"aaaaaaaaaaaaaaaa","first":1800000001.25,"last":1800000003.25,"count":2}]}');
INSERT INTO "episodes" VALUES('00000000000000000000000002','acme','','key_unknown','',1800000004.25,2,'{"is":"Episode","id":"00000000000000000000000002","account":"acme","app_key":null,"cause":"key_unknown","route":"","first":1800000002.25,"last":1800000004.25,"count":2,"newest":"00000000000000000000000004","wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"worked":null,"between":null,"faces":[{"is":"Face","hash":"0000000000000002","first":1800000002.25,"last":1800000002.25,"count":1},{"is":"Face","hash":"0000000000000004","first":1800000004.25,"last":1800000004.25,"count":1}]}');
INSERT INTO "episodes" VALUES('00000000000000000000000006','acme','key-1','credentials_in_query','',1800000006.25,1,'{"is":"Episode","id":"00000000000000000000000006","account":"acme","app_key":"key-1","cause":"credentials_in_query","route":"","first":1800000006.25,"last":1800000006.25,"count":1,"newest":"00000000000000000000000006","wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"worked":null,"between":null,"faces":[{"is":"Face","hash":"ffffffffffffffff","first":1800000006.25,"last":1800000006.25,"count":1}]}');
CREATE TABLE external_grants (
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	role_account TEXT NOT NULL, 
	until REAL, 
	seq INTEGER NOT NULL, 
	given_at REAL NOT NULL, 
	given_by TEXT NOT NULL, 
	given_why TEXT NOT NULL, 
	CONSTRAINT pk_external_grants PRIMARY KEY (account, app_key, role), 
	CONSTRAINT fk_external_grants_account_app_key FOREIGN KEY(account, app_key) REFERENCES external_keys (account, app_key), 
	CONSTRAINT fk_external_grants_role_account_role FOREIGN KEY(role_account, role) REFERENCES roles (account, id)
)
 STRICT

;
INSERT INTO "external_grants" VALUES('acme','away-1',1,'acme',1800086400.25,59,1800000058.25,'ana@acme.example','');
CREATE TABLE external_keys (
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	home TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	added_at REAL NOT NULL, 
	added_by TEXT NOT NULL, 
	added_why TEXT NOT NULL, 
	CONSTRAINT pk_external_keys PRIMARY KEY (account, app_key), 
	CONSTRAINT fk_external_keys_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "external_keys" VALUES('acme','away-1','other',56,1800000055.25,'ana@acme.example','');
INSERT INTO "external_keys" VALUES('acme','away-0','other',96,1800000000.25,'bia@acme.example','');
INSERT INTO "external_keys" VALUES('other','away-0','acme',119,1800000000.25,'ana@acme.example','');
CREATE TABLE handovers (
	app_key TEXT NOT NULL, 
	id TEXT NOT NULL, 
	expires REAL NOT NULL, 
	made_at REAL NOT NULL, 
	made_by TEXT NOT NULL, 
	made_why TEXT NOT NULL, 
	CONSTRAINT pk_handovers PRIMARY KEY (app_key), 
	CONSTRAINT fk_handovers_app_key FOREIGN KEY(app_key) REFERENCES keys (app_key)
)
 STRICT

;
CREATE TABLE key_grants (
	app_key TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	role_account TEXT NOT NULL, 
	until REAL, 
	seq INTEGER NOT NULL, 
	given_at REAL NOT NULL, 
	given_by TEXT NOT NULL, 
	given_why TEXT NOT NULL, 
	CONSTRAINT pk_key_grants PRIMARY KEY (app_key, role), 
	CONSTRAINT fk_key_grants_role_account_role FOREIGN KEY(role_account, role) REFERENCES roles (account, id), 
	CONSTRAINT fk_key_grants_app_key FOREIGN KEY(app_key) REFERENCES keys (app_key)
)
 STRICT

;
CREATE TABLE keys (
	app_key TEXT NOT NULL, 
	account TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	label TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	registered INTEGER NOT NULL, 
	networks TEXT NOT NULL, 
	valid_from REAL, 
	expires REAL, 
	digest TEXT NOT NULL, 
	next_digest TEXT, 
	created_at REAL NOT NULL, 
	created_by TEXT NOT NULL, 
	created_why TEXT NOT NULL, 
	token_created_at REAL, 
	token_created_by TEXT, 
	token_created_why TEXT, 
	next_created_at REAL, 
	next_created_by TEXT, 
	next_created_why TEXT, 
	inactive_at REAL, 
	inactive_by TEXT, 
	inactive_why TEXT, 
	blocked_at REAL, 
	blocked_by TEXT, 
	blocked_why TEXT, 
	CONSTRAINT pk_keys PRIMARY KEY (app_key), 
	CONSTRAINT fk_keys_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "keys" VALUES('key-2','acme',27,'00000000000000000000000000000002','label 2','the shop''s team',1,'',1800000000.25,NULL,'73a9bef499bbf4dc7bd2a4f2c8af5bd99f267a0ed3197217dd2bba1537436e5c','38b4e652e44da7f2370d9e260e27136550a4a3a6d07f5c0c332f8b1224083fd2',1800000026.25,'ana@acme.example','',NULL,NULL,NULL,1800000049.25,'ana@acme.example','',1800000048.25,'ana@acme.example','',NULL,NULL,NULL);
INSERT INTO "keys" VALUES('other-0','other',99,'0000000000000000000000002ad64ce9','label 718687465','',0,'',NULL,NULL,'1a6f0265710b39c3c5cc29eba1528e9ad78e97090fab3b13c51bb6cbd7bc7fca','c42a645c7f65583504d499be1b0de1bc6efb8741c6ec19265b779484a46172d3',1800000000.25,'ana@acme.example','',NULL,NULL,NULL,1800000000.25,'ana@acme.example','',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "keys" VALUES('other-2','other',118,'00000000000000000000000096ceb525','label 2530129189','',0,'',NULL,NULL,'9872955ed305f3d98c9055b4eeea396238538e18a1dc97aa0b219f89a395096f',NULL,1800000000.25,'ana@acme.example','',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1800000000.25,'ana@acme.example','');
INSERT INTO "keys" VALUES('acme-0','acme',122,'0000000000000000000000000bf3d0a7','label 200528039','',0,'10.1.0.0/16 ::1/128',NULL,1800000505.25,'6526638cab77eec1d6660d7e80446b4b736337099d4adaf4a12cdfa90b2d86a8',NULL,1800000000.25,'bia@acme.example','',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "keys" VALUES('other-1','other',134,'000000000000000000000000797b0779','label 2038105977','',0,'192.0.2.7/32 10.1.0.0/16',NULL,NULL,'122a16ea60e65311e7ae958abc01786eb73917a1c5f01604e72b0fb7c67c3c9a',NULL,1800000000.25,'ana@acme.example','',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE meta (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_meta PRIMARY KEY (name)
)
 STRICT

;
INSERT INTO "meta" VALUES('epoch','46bcd5c8');
CREATE TABLE muted_episodes (
	account TEXT NOT NULL, 
	episode TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	muted_at REAL NOT NULL, 
	muted_by TEXT NOT NULL, 
	muted_why TEXT NOT NULL, 
	CONSTRAINT pk_muted_episodes PRIMARY KEY (account, episode), 
	CONSTRAINT fk_muted_episodes_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "muted_episodes" VALUES('acme','01K9XW6Z5M3QH7T2R8V4N0PBCE',23,1800000022.25,'ana@acme.example','');
INSERT INTO "muted_episodes" VALUES('acme','01K9XW6Z5M3QH7T2R8V4N0PBCD',25,1800000024.25,'ana@acme.example','');
CREATE TABLE passwords (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	set_at REAL NOT NULL, 
	set_by TEXT NOT NULL, 
	set_why TEXT NOT NULL, 
	CONSTRAINT pk_passwords PRIMARY KEY (account, email), 
	CONSTRAINT fk_passwords_account_email FOREIGN KEY(account, email) REFERENCES users (account, email)
)
 STRICT

;
INSERT INTO "passwords" VALUES('acme','bia@acme.example','$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA2',1800000016.25,'bia@acme.example','');
CREATE TABLE predefined_roles (
	account TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	CONSTRAINT pk_predefined_roles PRIMARY KEY (account, role), 
	CONSTRAINT fk_predefined_roles_account_role FOREIGN KEY(account, role) REFERENCES roles (account, id)
)
 STRICT

;
INSERT INTO "predefined_roles" VALUES('acme',11);
INSERT INTO "predefined_roles" VALUES('acme',9);
INSERT INTO "predefined_roles" VALUES('acme',10);
INSERT INTO "predefined_roles" VALUES('other',1);
INSERT INTO "predefined_roles" VALUES('other',9);
INSERT INTO "predefined_roles" VALUES('other',10);
CREATE TABLE retired_digests (
	app_key TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	retired_at REAL NOT NULL, 
	retired_by TEXT NOT NULL, 
	retired_why TEXT NOT NULL, 
	CONSTRAINT pk_retired_digests PRIMARY KEY (app_key, seq), 
	CONSTRAINT fk_retired_digests_app_key FOREIGN KEY(app_key) REFERENCES keys (app_key)
)
 STRICT

;
CREATE TABLE role_resources (
	account TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	product TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	CONSTRAINT pk_role_resources PRIMARY KEY (account, role, product, "key"), 
	CONSTRAINT fk_role_resources_account_role FOREIGN KEY(account, role) REFERENCES roles (account, id)
)
 STRICT

;
INSERT INTO "role_resources" VALUES('acme',1,'OMS','ViewOrder');
INSERT INTO "role_resources" VALUES('acme',1,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('acme',1,'OMS','_/');
INSERT INTO "role_resources" VALUES('acme',11,'OMS','ListOrders');
INSERT INTO "role_resources" VALUES('acme',11,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('acme',11,'OMS','ViewOrder');
INSERT INTO "role_resources" VALUES('acme',11,'OMS','_/');
INSERT INTO "role_resources" VALUES('acme',9,'OMS','ListOrders');
INSERT INTO "role_resources" VALUES('acme',10,'OMS','ListOrders');
INSERT INTO "role_resources" VALUES('acme',9,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('acme',10,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('acme',13,'OMS','_/');
INSERT INTO "role_resources" VALUES('other',1,'OMS','ListOrders');
INSERT INTO "role_resources" VALUES('other',1,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('other',1,'OMS','ViewOrder');
INSERT INTO "role_resources" VALUES('other',1,'OMS','_/');
INSERT INTO "role_resources" VALUES('other',9,'OMS','ListOrders');
INSERT INTO "role_resources" VALUES('other',10,'OMS','ListOrders');
CREATE TABLE roles (
	account TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	deleted_at REAL, 
	deleted_by TEXT, 
	deleted_why TEXT, 
	CONSTRAINT pk_roles PRIMARY KEY (account, id), 
	CONSTRAINT fk_roles_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "roles" VALUES('acme',1,'orders, all',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('acme',2,'empty',1800000050.25,'ana@acme.example','');
INSERT INTO "roles" VALUES('acme',11,'Owner',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('acme',9,'Viewer',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('acme',10,'empty',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('acme',12,'role 1',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('acme',13,'role 4',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('other',1,'Owner',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('other',9,'Viewer',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('other',10,'empty',NULL,NULL,NULL);
CREATE TABLE row_macs (
	account TEXT NOT NULL, 
	part TEXT NOT NULL, 
	name TEXT NOT NULL, 
	mac TEXT NOT NULL, 
	CONSTRAINT pk_row_macs PRIMARY KEY (account, part, name)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "row_macs" VALUES('acme','account','acme','7965f8a49c9657435c575d8bc35b142eb53dd3522b163f409e770914e46c4814');
INSERT INTO "row_macs" VALUES('acme','external_key','away-0','ae95122c06c5645746c8cdb6737fc441c0b0f440ab00ae1e7207b834c8a38488');
INSERT INTO "row_macs" VALUES('acme','external_key','away-1','ed63d3bf00b136e0b92e67ccc1431720c2adb92cb3dd1862b704157a8acbeccc');
INSERT INTO "row_macs" VALUES('acme','key','acme-0','fe9a06d4c2411391d716d6f7e81dc5da02af4ed2f2b44556a7a87e75231062eb');
INSERT INTO "row_macs" VALUES('acme','key','key-2','8d8795733fdafb33b0b3f8dcde8019ddaed7d6e5ccbb61778b40efa38308f45d');
INSERT INTO "row_macs" VALUES('acme','role','1','b3facd383dbe24c3b0c65bc1476685845ae57dbc326bf41a7fce3db94a9e16a6');
INSERT INTO "row_macs" VALUES('acme','role','10','0767d54966b2ac98a6ef35d2a698fb32cd3a5d3edecb0ec685128e2b012092fa');
INSERT INTO "row_macs" VALUES('acme','role','11','c5312cb311b5a27bbfe13c50ab338ac7b65bb7270f231b80b5f6754ce01df9c6');
INSERT INTO "row_macs" VALUES('acme','role','12','52e8fc2382f850d88a2f701859e366646b7c163b97f6e4a8d5eac85519f660f2');
INSERT INTO "row_macs" VALUES('acme','role','13','18242be4a77c7e72d5d78c8c42a17d6c848ce360384f2dab2c94bef687a91eef');
INSERT INTO "row_macs" VALUES('acme','role','2','e6f9fc60abce01cde579488ce7b942989fc5d132f37ee55ee173046a0a14e9d3');
INSERT INTO "row_macs" VALUES('acme','role','9','d1a0bf0f92ba11cc4e71c39a28ea37529ae47e0077a6c33f9d8b6876b3537d1b');
INSERT INTO "row_macs" VALUES('acme','user','ana@acme.example','54f3ec15c7777b0b0258c81a3d6c6df8b140d5d7d8a0260e7fe0edbbada8e8cd');
INSERT INTO "row_macs" VALUES('acme','user','bia@acme.example','452dc1fee7bb7e88661265eda800923a70d2c4b2b5e10ca31f486f3340ebcd14');
INSERT INTO "row_macs" VALUES('other','account','other','1354c6cf36b79564843af1f8ef33b5244b5527166eb1db4f3f2951f003bef12c');
INSERT INTO "row_macs" VALUES('other','external_key','away-0','9c92bd9a31dbd8e66ad3a147243160462ad86418351d82a41ede3936f12b1c79');
INSERT INTO "row_macs" VALUES('other','key','other-0','68e7bd67c3da6f9db2a712850bd69ffc9de0b6b07486a1bf5cebe747208cb74b');
INSERT INTO "row_macs" VALUES('other','key','other-1','cf2ba19c6fce453a513291c6d8181ec048b3baf821f0d604cec22d466b08e751');
INSERT INTO "row_macs" VALUES('other','key','other-2','7fffe595b28781f7395b5ed4f4c29af611e9f5975c82fe9a3986abf51d454d54');
INSERT INTO "row_macs" VALUES('other','role','1','4b56655d963c9a38561bd831bcb61673c53a5da442de61289c1e0291f58366a7');
INSERT INTO "row_macs" VALUES('other','role','10','8da20fc15cd58c0cc0dc6fdc9b5442c40d1231534944a75fc4d323b4e917c1ea');
INSERT INTO "row_macs" VALUES('other','role','9','4ed094fd6dfe4a98f97a5f9ae2898a7908e1a6c7fc07f740ed14151c06da131d');
INSERT INTO "row_macs" VALUES('other','user','ana@acme.example','451f76af7b9e1b62ebd8d3fb86133469c2142cc6eb4b945717e05101e27aab0b');
INSERT INTO "row_macs" VALUES('other','user','bia@acme.example','e56c0f7c90eeda9cf41ae16360136301aa1d4cba65afdae7e7ce5516c22b5b18');
CREATE TABLE sealed (
	name TEXT NOT NULL, 
	data BLOB NOT NULL, 
	until REAL NOT NULL, 
	CONSTRAINT pk_sealed PRIMARY KEY (name)
)
 STRICT

;
CREATE TABLE sessions (
	id TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	began REAL NOT NULL, 
	seen REAL NOT NULL, 
	confirmed REAL NOT NULL, 
	address TEXT NOT NULL, 
	agent TEXT NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "sessions" VALUES('0000000000000001','f5b165224a58b791df6af1d8303e61cdc4bb86c3d1c427103c344c4189eb2f1e','acme','ana@acme.example',1800000001.25,1800000001.25,1800000001.25,'2001:db8::1','Firefox');
INSERT INTO "sessions" VALUES('0000000000000002','73a9bef499bbf4dc7bd2a4f2c8af5bd99f267a0ed3197217dd2bba1537436e5c','other','ana@acme.example',1800000002.25,1800000002.25,1800000002.25,'2001:db8::1','Firefox');
CREATE TABLE set_up_links (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	expires REAL NOT NULL, 
	given_at REAL NOT NULL, 
	given_by TEXT NOT NULL, 
	given_why TEXT NOT NULL, 
	CONSTRAINT pk_set_up_links PRIMARY KEY (account, email), 
	CONSTRAINT fk_set_up_links_account_email FOREIGN KEY(account, email) REFERENCES users (account, email)
)
 STRICT

;
INSERT INTO "set_up_links" VALUES('acme','bia@acme.example','cd072cd8be6f9f62ac4c09c28206e7e35594aa6b342f5d0a3a5e4842fab428f7',1800259200.25,1800000000.25,'bia@acme.example','');
CREATE TABLE token_periods (
	account TEXT NOT NULL, 
	days INTEGER NOT NULL, 
	CONSTRAINT pk_token_periods PRIMARY KEY (account), 
	CONSTRAINT fk_token_periods_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "token_periods" VALUES('acme',60);
CREATE TABLE tombstone_digests (
	app_key TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	CONSTRAINT pk_tombstone_digests PRIMARY KEY (app_key, position), 
	CONSTRAINT fk_tombstone_digests_app_key FOREIGN KEY(app_key) REFERENCES tombstones (app_key)
)
 STRICT

;
INSERT INTO "tombstone_digests" VALUES('key-1',0,'f5b165224a58b791df6af1d8303e61cdc4bb86c3d1c427103c344c4189eb2f1e');
INSERT INTO "tombstone_digests" VALUES('key-1',1,'d7a56d3cfcf9a44dc716691acdaba1b8a912646543c6977a5a43ac2753cf1017');
INSERT INTO "tombstone_digests" VALUES('key-1',2,'457c769f39d8644199c0e5bdbcfbc85b37ce91cbde1fc1b0ea6b44f130436dd7');
INSERT INTO "tombstone_digests" VALUES('key-1',3,'fe5518cbe8dfe59296946bd26935a014be3a2b7c73a420c339a0f94237376d09');
CREATE TABLE tombstones (
	app_key TEXT NOT NULL, 
	account TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	label TEXT NOT NULL, 
	deleted_at REAL NOT NULL, 
	deleted_by TEXT NOT NULL, 
	deleted_why TEXT NOT NULL, 
	CONSTRAINT pk_tombstones PRIMARY KEY (app_key), 
	CONSTRAINT fk_tombstones_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "tombstones" VALUES('key-1','acme',48,'00000000000000000000000000000001','label 1',1800000047.25,'ana@acme.example','');
CREATE TABLE traffic (
	span INTEGER NOT NULL, 
	at REAL NOT NULL, 
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_traffic PRIMARY KEY (span, at, account, app_key, cause)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "traffic" VALUES(3600,1800000000.0,'acme','','credentials_in_query',1);
INSERT INTO "traffic" VALUES(3600,1800000000.0,'acme','','key_unknown',2);
INSERT INTO "traffic" VALUES(3600,1800000000.0,'acme','','permission_missing_resource',2);
INSERT INTO "traffic" VALUES(3600,1800000000.0,'acme','key-1','credentials_in_query',1);
INSERT INTO "traffic" VALUES(3600,1800000000.0,'acme','key-1','permission_missing_resource',2);
INSERT INTO "traffic" VALUES(86400,1799971200.0,'acme','','credentials_in_query',1);
INSERT INTO "traffic" VALUES(86400,1799971200.0,'acme','','key_unknown',2);
INSERT INTO "traffic" VALUES(86400,1799971200.0,'acme','','permission_missing_resource',2);
INSERT INTO "traffic" VALUES(86400,1799971200.0,'acme','key-1','credentials_in_query',1);
INSERT INTO "traffic" VALUES(86400,1799971200.0,'acme','key-1','permission_missing_resource',2);
CREATE TABLE transfers (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	expires REAL NOT NULL, 
	invited_at REAL NOT NULL, 
	invited_by TEXT NOT NULL, 
	invited_why TEXT NOT NULL, 
	CONSTRAINT pk_transfers PRIMARY KEY (account), 
	CONSTRAINT fk_transfers_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "transfers" VALUES('acme','ana@acme.example',1800259273.25,1800000073.25,'bia@acme.example','');
CREATE TABLE usage (
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	token INTEGER NOT NULL, 
	last REAL NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_usage PRIMARY KEY (account, app_key, token)
)
 STRICT

;
CREATE TABLE user_grants (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	role_account TEXT NOT NULL, 
	until REAL, 
	seq INTEGER NOT NULL, 
	given_at REAL NOT NULL, 
	given_by TEXT NOT NULL, 
	given_why TEXT NOT NULL, 
	CONSTRAINT pk_user_grants PRIMARY KEY (account, email, role), 
	CONSTRAINT fk_user_grants_account_email FOREIGN KEY(account, email) REFERENCES users (account, email), 
	CONSTRAINT fk_user_grants_role_account_role FOREIGN KEY(role_account, role) REFERENCES roles (account, id)
)
 STRICT

;
INSERT INTO "user_grants" VALUES('acme','bia@acme.example',1,'acme',NULL,8,1800000007.25,'ana@acme.example','');
CREATE TABLE users (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	added_at REAL NOT NULL, 
	added_by TEXT NOT NULL, 
	added_why TEXT NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (account, email), 
	CONSTRAINT fk_users_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "users" VALUES('acme','ana@acme.example',1,'ana@acme.example',1800000000.25,'root','');
INSERT INTO "users" VALUES('acme','bia@acme.example',2,'Bia Conceição',1800000001.25,'ana@acme.example','');
INSERT INTO "users" VALUES('other','ana@acme.example',75,'ana@acme.example',1800000000.25,'root','');
INSERT INTO "users" VALUES('other','bia@acme.example',117,'name 4114492472',1800000000.25,'ana@acme.example','');
CREATE TABLE uses (
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	route TEXT NOT NULL, 
	need TEXT NOT NULL, 
	last REAL NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_uses PRIMARY KEY (account, app_key, route)
)
 STRICT

;
CREATE INDEX ix_keys_account ON keys (account);
CREATE INDEX ix_tombstones_account ON tombstones (account);
CREATE INDEX ix_denials_account_at_id ON denials (account, at, id);
CREATE INDEX ix_denials_at ON denials (at);
CREATE INDEX ix_denials_episode_at_id ON denials (episode, at, id);
CREATE INDEX ix_episodes_account_app_key_cause_route_last ON episodes (account, app_key, cause, route, last);
CREATE UNIQUE INDEX ix_sessions_digest ON sessions (digest);
CREATE INDEX ix_sessions_account_email_began ON sessions (account, email, began);
CREATE INDEX ix_changes_account_seq ON changes (account, seq);
COMMIT;
